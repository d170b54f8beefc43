import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { Task } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { TaskResult } from "./TaskResult.tsx";

function task(kind: Task["kind"], result: Record<string, unknown>): Task {
  return { kind, result } as unknown as Task;
}

beforeAll(async () => {
  await i18n.changeLanguage("en");
});

describe("the result of a task", () => {
  it("shows disks worst first, with reasons, and dashes for what is not known", async () => {
    const ok = { device: "/dev/sda", verdict: "ok", temperature_celsius: 34 };
    const bad = {
      device: "/dev/sdb",
      verdict: "failing",
      reasons: ["disk.reallocated", "disk.made_up"],
      reallocated: 0,
    };
    await renderAt(
      <TaskResult
        task={task("health.collect", { disks: [ok, bad], sensors: [], problems: [{ code: "health.no_sensors" }] })}
      />,
    );
    expect(screen.getAllByRole("rowheader").map((cell) => cell.textContent)).toEqual(["/dev/sdb", "/dev/sda"]);
    expect(screen.getByText("Damaged sectors have been replaced by spares.")).toBeTruthy();
    expect(screen.getByText("disk.made_up")).toBeTruthy();
    expect(screen.getByText("34 °C")).toBeTruthy();
    expect(screen.getByText(/offers no sensors/)).toBeTruthy();
  });

  it("shows a script's exit code, program and user", async () => {
    await renderAt(<TaskResult task={task("script.run", { exit_code: 3, interpreter: "/bin/bash", user: null })} />);
    for (const words of ["3", "/bin/bash", "The system"]) expect(screen.getByText(words)).toBeTruthy();
  });

  it("lists what became of applications, failures first, with the device's own words", async () => {
    const apps = [
      { id: "A.A", outcome: "upgraded" },
      { id: "B.B", outcome: "failed", error: { code: "apps.in_use", params: { exit_code: 5 } } },
      { id: "C.C", outcome: "exploded" },
    ];
    await renderAt(<TaskResult task={task("apps.upgrade", { apps, restart_required: false })} />);
    expect(screen.getAllByRole("listitem").map((item) => item.querySelector("strong")?.textContent)).toEqual([
      "B.B",
      "A.A",
    ]);
    expect(screen.getByText(/The application is open.*\(exit code 5\)/)).toBeTruthy();
  });

  it.each([
    "updates.history",
    "apps.scan",
    "apps.upgrade",
    "health.collect",
    "updates.uninstall",
    "agent.update",
    "script.run",
  ] as const)("survives nonsense as a result of %s", async (kind) => {
    await renderAt(
      <TaskResult
        task={task(kind, {
          entries: 3,
          apps: [null, "x", { name: {} }],
          disks: { a: 1 },
          sensors: [[]],
          problems: "no",
          kb: 7,
          version: [],
        })}
      />,
    );
    expect(screen.getAllByRole("heading").length).toBeGreaterThan(0);
  });
});
