import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, ifMatch, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";
import type { components } from "@/api/schema.gen.ts";
import type { ListView } from "@/api/types.ts";

type Schemas = components["schemas"];
export type ViewChange = Schemas["ListViewChange"];
export type ListName = ListView["list"];

/** The views that the reader has saved, of all lists. */
export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: ({ signal }) => unwrap<ListView[]>(api.GET("/api/v1/me/views", { signal })),
  staleTime: 60_000,
});

export function useSaveView() {
  return useMutation({
    mutationFn: (body: Schemas["ListViewCreate"]) => unwrap<ListView>(api.POST("/api/v1/me/views", { body })),
    onSuccess: useRefresh("views"),
  });
}

export function useChangeView() {
  return useMutation({
    mutationFn: ({ view, body }: { view: ListView; body: ViewChange }) =>
      unwrap<ListView>(
        api.PATCH("/api/v1/me/views/{view_id}", {
          params: { path: { view_id: view.id }, header: ifMatch(view) },
          body,
        }),
      ),
    onSettled: useRefresh("views"),
  });
}

export function useForgetView() {
  return useMutation({
    mutationFn: (view: ListView) =>
      unwrap(api.DELETE("/api/v1/me/views/{view_id}", { params: { path: { view_id: view.id } } })),
    onSuccess: useRefresh("views"),
  });
}
