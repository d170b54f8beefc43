import type { ReactNode } from "react";
import classes from "./kinds.module.css";

/** A table in a result; it scrolls sideways by itself where it is wider than the page. */
export function ResultTable({ label, columns, children }: { label: string; columns: string[]; children: ReactNode }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
