import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Me, MePatch } from "@/api/types.ts";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => unwrap<Me>(api.GET("/api/v1/me", { signal })),
  staleTime: 60_000,
});

/** Who is signed in; only for pages inside the shell, whose route has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function useUpdateMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: MePatch) => unwrap<Me>(api.PATCH("/api/v1/me", { body })),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
    },
  });
}
