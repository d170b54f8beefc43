import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";
import { onceOnly } from "@/api/idempotency.ts";
import type { Page } from "@/api/page.ts";
import type { components } from "@/api/schema.gen.ts";
import type { DeviceRow, Job, JobCreate, JobPreview, TaskKind, TaskRow } from "@/api/types.ts";

type Schemas = components["schemas"];

export interface Started {
  job: Job;
  /** The only task of a job for one device; null where there are more, or it is not known. */
  taskId: string | null;
}

export async function startJob(body: JobCreate): Promise<Started> {
  const job = await onceOnly("jobs", body, (key) =>
    unwrap<Job>(
      api.POST("/api/v1/jobs", {
        params: { header: { "Idempotency-Key": key } },
        body: body as Schemas["JobCreate"],
      }),
    ),
  );
  if (job.task_count !== 1) return { job, taskId: null };
  // The job is made: that its task cannot be looked up is no reason to say that it failed, and to have it made again.
  const tasks = await unwrap<Page<TaskRow>>(
    api.GET("/api/v1/tasks", { params: { query: { job_id: job.id, limit: 1 } } }),
  ).catch(() => null);
  return { job, taskId: tasks?.items[0]?.id ?? null };
}

export function useCreateJob() {
  return useMutation({
    mutationFn: startJob,
    onSuccess: useRefresh("updates", "tasks", "jobs", "devices"),
  });
}

/** What a job would be for and ask for. Only parameters that decide about the second factor are sent. */
export const previewQuery = (kind: TaskKind, target: JobCreate["target"], restart: unknown) =>
  queryOptions({
    queryKey: ["jobs", "preview", kind, target, restart],
    queryFn: ({ signal }) => {
      const params = restart === undefined ? {} : { restart };
      const body = { kind, params, target } as Schemas["JobPreview"];
      return unwrap<JobPreview>(api.POST("/api/v1/jobs/preview", { body, signal }));
    },
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

const NAMES_PER_PAGE = 50;

/** The devices of a target, by name, page by page. */
export const namesQuery = (target: JobCreate["target"], page: { cursor?: string; from: number }) =>
  queryOptions({
    queryKey: ["devices", "target", target, page],
    queryFn: async ({ signal }): Promise<Page<DeviceRow>> => {
      const { cursor, from } = page;
      const common = { limit: NAMES_PER_PAGE, sort: "hostname" as const, status: "active" as const };
      if ("device_ids" in target) {
        // Ids of thousands make no address: this page's alone are asked for.
        const ids = target.device_ids.slice(from, from + NAMES_PER_PAGE);
        const query = { ...common, device_id: ids };
        const found = await unwrap<Page<DeviceRow>>(api.GET("/api/v1/devices", { params: { query }, signal }));
        const more = from + NAMES_PER_PAGE < target.device_ids.length;
        return { ...found, total: target.device_ids.length, next_cursor: more ? "more" : null };
      }
      // "All" is said to what makes work; a list shows all by being asked for nothing.
      const query = { ...target.filter, all: undefined, ...common, ...(cursor === undefined ? {} : { cursor }) };
      return unwrap<Page<DeviceRow>>(api.GET("/api/v1/devices", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

export { NAMES_PER_PAGE };
