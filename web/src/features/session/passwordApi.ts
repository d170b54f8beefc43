import { useMutation, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { InvitationView, Language, SessionState } from "@/api/types.ts";

export function useRequestReset() {
  return useMutation({
    mutationFn: (email: string) => unwrap(api.POST("/api/v1/password-reset", { body: { email } })),
  });
}

export function useCompleteReset() {
  return useMutation({
    mutationFn: (body: { token: string; password: string }) =>
      unwrap(api.POST("/api/v1/password-reset/complete", { body })),
  });
}

/** What the link of an invitation is to. */
export function useInvitation(token: string) {
  return useQuery({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      unwrap<InvitationView>(api.POST("/api/v1/invitations/inspect", { body: { token }, signal })),
    enabled: token !== "",
    retry: false,
    staleTime: Infinity,
  });
}

export interface Acceptance {
  token: string;
  name?: string;
  password?: string;
  language?: Language;
}

export function useAcceptInvitation() {
  return useMutation({
    mutationFn: (body: Acceptance) =>
      unwrap<{ state: SessionState }>(api.POST("/api/v1/invitations/accept", { body: { language: "en", ...body } })),
  });
}
