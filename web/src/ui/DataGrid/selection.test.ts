import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useSelection } from "./selection.ts";

const ROWS = ["a", "b", "c", "d", "e"];

function select() {
  const { result } = renderHook(() => useSelection<string>("key", ROWS.length, (row) => row));
  return {
    toggle: (row: string) => {
      act(() => {
        result.current.toggle(row);
      });
    },
    toggleTo: (row: string) => {
      act(() => {
        result.current.toggleTo(row, ROWS);
      });
    },
    rows: () => [...result.current.rows].sort().join(""),
  };
}

it("ticks a range from the row that was ticked last, downwards and upwards", () => {
  const { toggle, toggleTo, rows } = select();
  toggle("d");
  toggleTo("b");
  expect(rows()).toBe("bcd");
  toggleTo("e");
  expect(rows()).toBe("bcde");
});

it("takes the ticks of a range away where it began by taking one away", () => {
  const { toggle, toggleTo, rows } = select();
  toggle("a");
  toggleTo("e");
  toggle("b");
  toggleTo("d");
  expect(rows()).toBe("ae");
});

it("is a single tick where nothing was ticked before", () => {
  const { toggleTo, rows } = select();
  toggleTo("c");
  expect(rows()).toBe("c");
});
