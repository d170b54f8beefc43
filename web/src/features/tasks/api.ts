import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { onceOnly } from "@/api/idempotency.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { Page } from "@/api/page.ts";
import type { Job, JobDetail, Task, TaskRow } from "@/api/types.ts";
import { TASK_KINDS } from "@/domain/kinds/names.ts";
import { TASK_STATES } from "@/domain/tasks/taskState.ts";

export const TASK_FILTERS = {
  state: { type: "many", param: "state", values: TASK_STATES },
  kind: { type: "many", param: "kind", values: TASK_KINDS },
} as const;
const sorts = ["created_at", "state", "kind", "finished_at"] as const;
const key = ["tasks", "list"] as const;

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

/** Every wish for work, whether for one device or for many. */
export const activityList = defineList("/api/v1/jobs", {
  id: "activity",
  key: ["jobs", "list"],
  sorts: ["created_at"],
  sort: "created_at",
  order: "desc",
  filters: { ...TASK_FILTERS, failed: { type: "one", param: "failed_within", values: ["day", "week"] } },
  isSearchable: true,
  scope: "site",
});

const SHOWN_AT_ONCE = 10;

/** Some of a job's tasks, those that need somebody first. */
export const firstTasksQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["tasks", "first", jobId],
    queryFn: ({ signal }) =>
      unwrap<Page<TaskRow>>(
        api.GET("/api/v1/tasks", {
          params: { query: { job_id: jobId, limit: SHOWN_AT_ONCE, sort: "state", order: "asc" } },
          signal,
        }),
      ),
  });

const LAST_OPERATIONS = 5;

/** What a device was last asked to do. */
export const lastTasksQuery = (deviceId: string) =>
  queryOptions({
    queryKey: ["tasks", "last", deviceId],
    queryFn: ({ signal }) =>
      unwrap<Page<TaskRow>>(
        api.GET("/api/v1/tasks", {
          params: { query: { device_id: [deviceId], limit: LAST_OPERATIONS, sort: "created_at", order: "desc" } },
          signal,
        }),
      ),
  });

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", "detail", jobId],
    queryFn: ({ signal }) =>
      unwrap<JobDetail>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

const useRefreshWork = () => useRefresh("tasks", "jobs", "updates", "home");

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

export function useRetryTask() {
  return useMutation({
    mutationFn: ({ taskId, typed }: { taskId: string; typed?: number }) => {
      const body = typed === undefined ? {} : { confirmed_count: typed };
      return onceOnly(`tasks/${taskId}/retry`, body, (key) =>
        unwrap<TaskRow>(
          api.POST("/api/v1/tasks/{task_id}/retry", {
            params: { path: { task_id: taskId }, header: { "Idempotency-Key": key } },
            body,
          }),
        ),
      );
    },
    onSettled: useRefreshWork(),
  });
}
