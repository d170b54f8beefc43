import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";
import { onceOnly } from "@/api/idempotency.ts";
import type { Page } from "@/api/page.ts";
import type { components } from "@/api/schema.gen.ts";
import type { Job, JobCreate, TaskRow } from "@/api/types.ts";

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
