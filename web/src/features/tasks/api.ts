import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { onceOnly } from "@/api/idempotency.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { Job, Task } from "@/api/types.ts";
import { TASK_KINDS } from "@/domain/kinds/names.ts";
import { TASK_STATES } from "@/domain/tasks/taskState.ts";

export const TASK_FILTERS = {
  state: { type: "many", param: "state", values: TASK_STATES },
  kind: { type: "many", param: "kind", values: TASK_KINDS },
} as const;
const sorts = ["created_at", "state", "kind", "finished_at"] as const;
const key = ["tasks", "list"] as const;

export const tasksList = defineList("/api/v1/tasks", {
  id: "tasks",
  key,
  sorts,
  sort: "created_at",
  order: "desc",
  filters: TASK_FILTERS,
  isSearchable: true,
  scope: "site",
});

/** Tasks of one device, which its page names. */
export const deviceTasksList = defineList("/api/v1/tasks", {
  id: "tasks-device",
  key,
  sorts,
  sort: "created_at",
  order: "desc",
  filters: TASK_FILTERS,
  isSearchable: false,
  scope: "none",
});

/** Tasks of one job: failures come first, for the server ranks states by how much they need somebody. */
export const jobTasksList = defineList("/api/v1/tasks", {
  id: "tasks-job",
  key,
  sorts,
  sort: "state",
  order: "asc",
  filters: { state: TASK_FILTERS.state },
  isSearchable: true,
  scope: "none",
});

export const taskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", "detail", taskId],
    queryFn: ({ signal }) =>
      unwrap<Task>(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: taskId } }, signal })),
  });

export const jobsList = defineList("/api/v1/jobs", {
  id: "jobs",
  key: ["jobs", "list"],
  sorts: ["created_at"],
  sort: "created_at",
  order: "desc",
  filters: {},
  isSearchable: false,
  scope: "none",
});

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", "detail", jobId],
    queryFn: ({ signal }) =>
      unwrap<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

const useRefreshWork = () => useRefresh("tasks", "jobs", "updates");

export function useCancelTask() {
  return useMutation({
    mutationFn: (taskId: string) =>
      unwrap(api.POST("/api/v1/tasks/{task_id}/cancel", { params: { path: { task_id: taskId } } })),
    onSettled: useRefreshWork(),
  });
}

export function useCancelJob() {
  return useMutation({
    mutationFn: (jobId: string) =>
      unwrap<Job>(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id: jobId } } })),
    onSettled: useRefreshWork(),
  });
}

export function useRetryJob() {
  return useMutation({
    mutationFn: ({ jobId, seen, typed }: { jobId: string; seen: number; typed?: number }) => {
      const body = { expected_count: seen, ...(typed === undefined ? {} : { confirmed_count: typed }) };
      return onceOnly(`jobs/${jobId}/retry`, body, (key) =>
        unwrap<Job>(
          api.POST("/api/v1/jobs/{job_id}/retry", {
            params: { path: { job_id: jobId }, header: { "Idempotency-Key": key } },
            body,
          }),
        ),
      );
    },
    onSettled: useRefreshWork(),
  });
}
