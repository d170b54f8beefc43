import { useTranslation } from "react-i18next";
import type { AuditRow } from "@/api/types.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../audit.module.css";
import { useAuditTexts } from "../sentence.ts";
import { Target, TargetDevice, Who } from "./columns.tsx";

/** Entries as a short list: who, what, on what, when. */
export function EntryLines({ entries }: { entries: readonly AuditRow[] }) {
  const { t } = useTranslation("audit");
  const texts = useAuditTexts();
  return (
    <ul className={classes.lines} aria-label={t("title")}>
      {entries.map((entry) => (
        <li key={entry.id}>
          <Who entry={entry} />
          <span className={classes.lineText}>
            {texts.what(entry)}
            {entry.target_id === null || entry.target_name === null ? null : (
              <>
                {" · "}
                <Target entry={entry} />
              </>
            )}
            {entry.target_kind === "device" || entry.device_hostname === null ? null : (
              <>
                {" · "}
                <TargetDevice entry={entry} />
              </>
            )}
          </span>
          <span className="dim">
            <RelTime at={entry.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
