import { afterEach, expect, it, vi } from "vitest";
import { api } from "@/api/client.ts";
import type { JobCreate } from "@/api/types.ts";
import { startJob } from "./api.ts";

const BODY: JobCreate = { kind: "inventory.collect", params: {}, target: { device_ids: ["d1"] } };

afterEach(() => {
  vi.restoreAllMocks();
});

it("says that a job was made although its task could not be looked up", async () => {
  const job = { id: "j1", task_count: 1 };
  vi.spyOn(api, "POST").mockResolvedValue({ data: job, response: new Response(null, { status: 201 }) } as never);
  vi.spyOn(api, "GET").mockRejectedValue(new TypeError("failed to fetch"));

  expect(await startJob(BODY)).toEqual({ job, taskId: null });
});
