import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobPreview } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { useStartJob, type JobRequest } from "./context.ts";
import { StartJobProvider } from "./StartJobProvider.tsx";

const SHARE = { tenant_id: "t1", tenant_name: "Żółw", devices: 1, offline: 0, servers: 0, signed_in: 1, windows: 1 };
const ONE: JobPreview = { device_count: 1, shares: [SHARE], confirm_count: null, step_up: true, windows: null };
const MANY: JobPreview = {
  device_count: 24,
  shares: [
    { ...SHARE, devices: 20, offline: 5, servers: 3, windows: 20 },
    { ...SHARE, tenant_id: "t2", tenant_name: "Śliwa", devices: 4, windows: 4 },
  ],
  confirm_count: 24,
  step_up: true,
  windows: null,
};
const DEVICE = { id: "d1", hostname: "PC-1" };
const ON_ONE: Omit<JobRequest, "kind"> = {
  target: { device_ids: ["d1"] },
  hosts: ["PC-1"],
  count: 1,
  families: ["windows"],
  device: DEVICE,
};
const ON_MANY: Omit<JobRequest, "kind"> = {
  target: { filter: { all: true }, expected_count: 24 } as JobRequest["target"],
  hosts: [],
  count: 24,
};

const sent: unknown[] = [];
let answers: Record<string, () => Response> = {};

/** The network's edge: answers as the server would, and keeps the jobs that were asked for. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/v1/jobs" && request.method === "POST") sent.push(await request.json());
  return answers[pathname]?.() ?? Response.json({});
}

beforeAll(async () => {
  await i18n.changeLanguage("en");
});
beforeEach(() => {
  vi.stubGlobal("fetch", answer);
  answers = {
    "/api/v1/me": () => Response.json({ memberships: [] }),
    "/api/v1/jobs": () => Response.json({ id: "j1", task_count: 1 }, { status: 201 }),
    "/api/v1/tasks": () => Response.json({ items: [{ id: "task1" }], total: 1 }),
    "/api/v1/jobs/preview": () => Response.json(ONE),
  };
});
afterEach(() => {
  vi.unstubAllGlobals();
  sent.length = 0;
});

function Opener({ request }: { request: JobRequest }) {
  const { start } = useStartJob();
  return (
    <button
      type="button"
      onClick={() => {
        start(request);
      }}
    >
      open
    </button>
  );
}

async function open(request: JobRequest) {
  await renderAt(
    <StartJobProvider>
      <Opener request={request} />
    </StartJobProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "open" }));
  return screen.findByRole("dialog");
}

describe("the sheet", () => {
  it("sends a script with the system's own shell, as whom, and the time limit in seconds", async () => {
    const sheet = await open({ kind: "script.run", ...ON_ONE });
    fireEvent.change(await within(sheet).findByRole("textbox", { name: /^Script/ }), {
      target: { value: "Get-Service\nexit 0" },
    });
    fireEvent.change(within(sheet).getByLabelText(/Time limit/), { target: { value: "5" } });
    fireEvent.click(within(sheet).getByLabelText("The signed-in user"));
    fireEvent.click(within(sheet).getByRole("button", { name: "Run on 1 device" }));
    await waitFor(() => {
      expect(sent).toHaveLength(1);
    });
    expect(sent[0]).toEqual({
      kind: "script.run",
      params: { shell: "powershell", source: "Get-Service\nexit 0", run_as: "user" },
      target: { device_ids: ["d1"] },
      timeout_seconds: 300,
    });
  });

  it.each([
    ["", "60"],
    ["id", "0"],
  ])("lets nobody run the script %j within %s minutes", async (source, minutes) => {
    const sheet = await open({ kind: "script.run", ...ON_ONE });
    fireEvent.change(await within(sheet).findByRole("textbox", { name: /^Script/ }), { target: { value: source } });
    fireEvent.change(within(sheet).getByLabelText(/Time limit/), { target: { value: minutes } });
    expect(within(sheet).getByRole("button", { name: "Run on 1 device" })).toBeDisabled();
  });

  it("says whom it is for, and runs once their number is typed", async () => {
    answers["/api/v1/jobs/preview"] = () => Response.json(MANY);
    answers["/api/v1/jobs"] = () => Response.json({ id: "j1", task_count: 24 }, { status: 201 });
    const sheet = await open({ kind: "system.restart", ...ON_MANY });
    expect(
      await within(sheet).findByText("2 customers · 3 servers · 5 offline · 2 with somebody signed in"),
    ).toBeTruthy();
    const run = within(sheet).getByRole("button", { name: "Restart 24 devices" });
    expect(run).toBeDisabled();
    fireEvent.change(within(sheet).getByLabelText(/type the number/), { target: { value: "24" } });
    fireEvent.click(run);
    await waitFor(() => {
      expect(sent[0]).toMatchObject({ kind: "system.restart", confirmed_count: 24, target: { expected_count: 24 } });
    });
  });

  it("stays as it was when the reader gives no code, and shows no error for it", async () => {
    answers["/api/v1/jobs"] = () => Response.json({ code: "session.step_up_required" }, { status: 403 });
    const sheet = await open({ kind: "script.run", ...ON_ONE });
    const source = await within(sheet).findByRole("textbox", { name: /^Script/ });
    fireEvent.change(source, { target: { value: "hostname" } });
    fireEvent.click(within(sheet).getByRole("button", { name: "Run on 1 device" }));
    await waitFor(() => {
      expect(sent).toHaveLength(1);
    });
    expect(source).toHaveValue("hostname");
    expect(within(sheet).queryByRole("alert")).toBeNull();
  });

  it("says why the server refused, and keeps what was entered", async () => {
    answers["/api/v1/jobs"] = () => Response.json({ code: "device.revoked" }, { status: 409 });
    const sheet = await open({ kind: "script.run", ...ON_ONE });
    const source = await within(sheet).findByRole("textbox", { name: /^Script/ });
    fireEvent.change(source, { target: { value: "hostname" } });
    fireEvent.click(within(sheet).getByRole("button", { name: "Run on 1 device" }));
    expect(await within(sheet).findByRole("alert")).toBeInTheDocument();
    expect(source).toHaveValue("hostname");
  });

  it("is not needed for what only reads one device", async () => {
    await renderAt(
      <StartJobProvider>
        <Opener request={{ kind: "updates.scan", ...ON_ONE }} />
      </StartJobProvider>,
    );
    fireEvent.click(screen.getByRole("button", { name: "open" }));
    await waitFor(() => {
      expect(sent).toEqual([{ kind: "updates.scan", params: {}, target: { device_ids: ["d1"] } }]);
    });
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
