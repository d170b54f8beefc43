import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { SessionState, SignedInSession } from "@/api/types.ts";

export const mySessionsQuery = queryOptions({
  queryKey: ["my-sessions"],
  queryFn: ({ signal }) => unwrap<{ items: SignedInSession[] }>(api.GET("/api/v1/me/sessions", { signal })),
});

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}

export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap<{ ended: number }>(api.POST("/api/v1/me/sessions/end-others")),
    onSettled: () => void client.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) => unwrap(api.POST("/api/v1/me/password", { body })),
    onSuccess: () => void client.invalidateQueries({ queryKey: mySessionsQuery.queryKey }),
  });
}

export const useNewRecoveryCodes = () => useMutation({ mutationFn: () => unwrap<{ recovery_codes: string[] }>(api.POST("/api/v1/me/recovery-codes")) });

export const useReplaceTotp = () => useMutation({ mutationFn: () => unwrap<{ state: SessionState }>(api.POST("/api/v1/me/totp/replace")) });
