import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";
import type { SignedInSession } from "@/api/types.ts";
import type { Factor } from "@/domain/credentials/FactorForm.tsx";

export const mySessionsQuery = queryOptions({
  queryKey: ["my-sessions"],
  queryFn: ({ signal }) => unwrap<{ items: SignedInSession[] }>(api.GET("/api/v1/me/sessions", { signal })),
});

export function useEndSession() {
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: useRefresh("my-sessions"),
  });
}

export function useEndOtherSessions() {
  return useMutation({
    mutationFn: (keys: boolean) =>
      unwrap<{ ended: number; api_keys: number }>(
        api.POST("/api/v1/me/sessions/end-others", { body: { api_keys: keys } }),
      ),
    onSettled: useRefresh("my-sessions"),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string; api_keys: boolean }) =>
      unwrap(api.POST("/api/v1/me/password", { body })),
    onSuccess: useRefresh("my-sessions"),
  });
}

interface Codes {
  recovery_codes: string[];
}

export const useNewRecoveryCodes = () =>
  useMutation({ mutationFn: (body: Factor) => unwrap<Codes>(api.POST("/api/v1/me/recovery-codes", { body })) });

/** Another authenticator's secret, for whoever gives a code of the one that is in use. */
export const useReplaceTotp = () =>
  useMutation({
    mutationFn: (body: Factor) =>
      unwrap<{ secret: string; qr_svg: string }>(api.POST("/api/v1/me/totp/replace", { body })),
  });

export const useConfirmReplacement = () => {
  return useMutation({
    mutationFn: (code: string) => unwrap<Codes>(api.POST("/api/v1/me/totp/replace/confirm", { body: { code } })),
    onSuccess: useRefresh("my-sessions"),
  });
};
