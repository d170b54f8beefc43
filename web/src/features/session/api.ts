import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Language, SessionState, TotpEnrollment } from "@/api/types.ts";

interface Answer {
  state: SessionState;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => unwrap<Answer>(api.GET("/api/v1/session", { signal })),
  staleTime: 0,
});

/** Answers when the first set-up is still open; 404 when somebody has done it. */
export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => unwrap<{ open: boolean }>(api.GET("/api/v1/setup", { signal })),
});

export interface SetupValues {
  code: string;
  email: string;
  name: string;
  password: string;
  language: Language;
}

export function useSetup() {
  return useMutation({ mutationFn: (body: SetupValues) => unwrap<Answer>(api.POST("/api/v1/setup", { body })) });
}

export function useSignIn() {
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => unwrap<Answer>(api.POST("/api/v1/session", { body })),
  });
}

export type SecondFactor = { code: string } | { recovery_code: string };

export function useVerifyTotp() {
  return useMutation({
    mutationFn: (body: SecondFactor) => unwrap<Answer>(api.POST("/api/v1/session/totp", { body })),
  });
}

/** The secret to enrol; asked for once per visit, because each asking makes a new one. */
export const enrollmentQuery = queryOptions({
  queryKey: ["session", "totp-enrollment"],
  queryFn: () => unwrap<TotpEnrollment>(api.POST("/api/v1/session/totp/enrollment")),
  staleTime: Infinity,
  retry: false,
});

export function useConfirmTotp() {
  return useMutation({
    mutationFn: (code: string) =>
      unwrap<{ recovery_codes: string[] }>(api.POST("/api/v1/session/totp/enrollment/confirm", { body: { code } })),
  });
}
