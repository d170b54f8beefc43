import { fireEvent, screen, waitFor } from "@testing-library/react";
import { Suspense } from "react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Device } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { StartJobProvider } from "../startJob/StartJobProvider.tsx";
import ScriptDialog from "./ScriptDialog.tsx";

const WINDOWS = { id: "d1", hostname: "PC-1", os_family: "windows" } as unknown as Device;
const ANSWERS: Record<string, unknown> = {
  "/api/v1/me": { memberships: [] },
  "/api/v1/jobs": { id: "j1", task_count: 1 },
  "/api/v1/tasks": { items: [{ id: "t1" }], total: 1 },
};

const sent: unknown[] = [];

/** The network's edge: answers as the server would, and keeps the jobs that were asked for. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method === "POST") sent.push(await request.json());
  return Response.json(ANSWERS[pathname] ?? {});
}

beforeAll(async () => {
  await i18n.changeLanguage("en");
});
beforeEach(() => {
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  vi.unstubAllGlobals();
  sent.length = 0;
});

async function open(device: Device, onClose = vi.fn()) {
  await renderAt(
    <Suspense>
      <StartJobProvider>
        <ScriptDialog device={device} opened onClose={onClose} />
      </StartJobProvider>
    </Suspense>,
  );
  await screen.findByRole("dialog");
  return onClose;
}

describe("running a script", () => {
  it("sends the script with the system's own shell, as whom, and the time limit in seconds", async () => {
    const onClose = await open(WINDOWS);
    fireEvent.change(screen.getByLabelText(/^Script/), { target: { value: "Get-Service\nexit 0" } });
    fireEvent.change(screen.getByLabelText(/Time limit/), { target: { value: "5" } });
    fireEvent.click(screen.getByLabelText("The signed-in user"));
    fireEvent.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => {
      expect(sent).toHaveLength(1);
    });
    expect(sent[0]).toEqual({
      kind: "script.run",
      params: { shell: "powershell", source: "Get-Service\nexit 0", run_as: "user" },
      target: { device_ids: ["d1"] },
      timeout_seconds: 300,
    });
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("offers Linux no shell of Windows", async () => {
    await open({ ...WINDOWS, os_family: "linux" });
    expect(screen.getByRole<HTMLInputElement>("combobox", { name: "Shell" }).value).toBe("bash");
  });

  it.each([
    ["", "60"],
    ["id", "0"],
  ])("sends nothing for the script %j within %s minutes", async (source, minutes) => {
    const onClose = await open(WINDOWS);
    fireEvent.change(screen.getByLabelText(/^Script/), { target: { value: source } });
    fireEvent.change(screen.getByLabelText(/Time limit/), { target: { value: minutes } });
    fireEvent.click(screen.getByRole("button", { name: "Run" }));
    expect(await screen.findByText(source === "" ? "Required." : "From 1 to 1440 minutes.")).toBeTruthy();
    expect([sent, onClose.mock.calls]).toEqual([[], []]);
  });
});
