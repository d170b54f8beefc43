import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isTransient } from "@/api/errors.ts";

const ATTEMPTS = 3;
const SESSION_CODES = new Set(["session.required", "session.totp_required"]);

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && SESSION_CODES.has(error.code);
}

/** The cache of everything asked of the server; `onSignedOut` runs when an answer says that the session is over. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isSignedOut(error)) onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => isTransient(error) && failures < ATTEMPTS - 1,
        retryDelay: (attempt) => Math.min(8000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2),
      },
      mutations: { retry: false },
    },
  });
}
