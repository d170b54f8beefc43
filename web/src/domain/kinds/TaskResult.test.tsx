import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { Task, TaskKind, TaskResults } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { TaskResult } from "./TaskResult.tsx";

/** A finished task: what its kind brings, as the API declares it. */
function task<K extends TaskKind>(kind: K, result: TaskResults[K]): Pick<Task, "kind" | "result"> {
  return { kind, result };
}

const DISK: TaskResults["health.collect"]["disks"][number] = {
  device: "/dev/sda",
  model: null,
  serial_number: null,
  protocol: null,
  temperature_celsius: null,
  reallocated: null,
  pending: null,
  media_errors: null,
  critical_warning: null,
  wear_percent: null,
  power_on_hours: null,
  passed: null,
  verdict: "unknown",
  reasons: [],
};
const OUTCOME = { exit_code: null, restart_required: false, error: null };

beforeAll(async () => {
  await i18n.changeLanguage("en");
});

describe("the result of a task", () => {
  it("shows disks worst first, with reasons, and dashes for what is not known", async () => {
    const ok = { ...DISK, verdict: "ok" as const, temperature_celsius: 34 };
    const bad = {
      ...DISK,
      device: "/dev/sdb",
      verdict: "failing" as const,
      reasons: ["disk.reallocated", "disk.made_up"],
      reallocated: 0,
    };
    const problem = { code: "health.no_sensors", params: {}, detail: null };
    await renderAt(
      <TaskResult task={task("health.collect", { disks: [ok, bad], sensors: [], problems: [problem] })} />,
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
      { ...OUTCOME, id: "A.A", outcome: "upgraded" as const },
      {
        ...OUTCOME,
        id: "B.B",
        outcome: "failed" as const,
        error: { code: "apps.in_use", params: { exit_code: 5 }, detail: null },
      },
    ];
    await renderAt(<TaskResult task={task("apps.upgrade", { apps, restart_required: false })} />);
    expect(screen.getAllByRole("listitem").map((item) => item.querySelector("strong")?.textContent)).toEqual([
      "B.B",
      "A.A",
    ]);
    expect(screen.getByText(/The application is open.*\(exit code 5\)/)).toBeTruthy();
  });
});
