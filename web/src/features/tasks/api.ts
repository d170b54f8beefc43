import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Job, Task, TaskKind, TaskRow, TaskState } from "@/api/types.ts";
import { TASK_KINDS } from "@/domain/kinds/names.ts";
import type { Page } from "@/api/page.ts";
import { TASK_STATES } from "@/domain/tasks/taskState.ts";
import type { ScopeParams } from "@/domain/scope.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["created_at", "state", "kind", "finished_at"] as const;
export type TasksSort = (typeof SORTS)[number];
export type TasksFilter = "state" | "kind";
export type TasksState = ListState<TasksSort, TasksFilter>;

const filters = { state: TASK_STATES, kind: TASK_KINDS } as const;

export const tasksList: ListDefinition<TasksSort, TasksFilter> = {
  sorts: SORTS,
  sort: "created_at",
  order: "desc",
  filters,
};

/** On a job's page the failures come first: the server ranks states by how much they need somebody. */
export const jobTasksList: ListDefinition<TasksSort, TasksFilter> = {
  sorts: SORTS,
  sort: "state",
  order: "asc",
  filters,
};

export interface FixedTaskFilter extends ScopeParams {
  device_id?: string[];
  job_id?: string;
}

export const tasksQuery = (state: TasksState, fixed: FixedTaskFilter) => {
  const { state: states, kind: kinds } = state.filters;
  const query = {
    ...pageParams(state),
    ...(states === undefined ? {} : { state: states.split(",") as TaskState[] }),
    ...(kinds === undefined ? {} : { kind: kinds.split(",") as TaskKind[] }),
    ...fixed,
  };
  return queryOptions({
    queryKey: ["tasks", "list", query],
    queryFn: ({ signal }) => unwrap<Page<TaskRow>>(api.GET("/api/v1/tasks", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const taskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", "detail", taskId],
    queryFn: ({ signal }) =>
      unwrap<Task>(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id: taskId } }, signal })),
  });

export const jobsList: ListDefinition<"created_at", never> = {
  sorts: ["created_at"],
  sort: "created_at",
  order: "desc",
  filters: {},
};

export const jobsQuery = (state: ListState<"created_at", never>) => {
  const { limit, sort, order, cursor } = pageParams(state);
  const query = { limit, sort, order, ...(cursor === undefined ? {} : { cursor }) };
  return queryOptions({
    queryKey: ["jobs", "list", query],
    queryFn: ({ signal }) => unwrap<Page<Job>>(api.GET("/api/v1/jobs", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", "detail", jobId],
    queryFn: ({ signal }) =>
      unwrap<Job>(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

function useRefreshWork() {
  const client = useQueryClient();
  return () => {
    for (const family of ["tasks", "jobs", "updates"]) void client.invalidateQueries({ queryKey: [family] });
  };
}

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
    mutationFn: ({ jobId, seen, typed }: { jobId: string; seen: number; typed?: number }) =>
      unwrap<Job>(
        api.POST("/api/v1/jobs/{job_id}/retry", {
          params: { path: { job_id: jobId } },
          body: { expected_count: seen, ...(typed === undefined ? {} : { confirmed_count: typed }) },
        }),
      ),
    onSettled: useRefreshWork(),
  });
}
