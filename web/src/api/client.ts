import createClient from "openapi-fetch";
import { ApiError, networkError, toApiError } from "./errors.ts";
import type { paths } from "./schema.gen.ts";
import { stepUp, wantsStepUp } from "./stepUp.ts";

const TIMEOUT_MS = 30_000;

async function fetchWithTimeout(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    return await fetch(new Request(request, { signal }));
  } catch (cause) {
    // A query that is no longer wanted is not an error that anybody should read.
    if (request.signal.aborted) throw cause;
    throw networkError(cause);
  }
}

/** A dangerous act asks for a fresh second factor; once it is given, the same request goes out again. */
async function fetchWithStepUp(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetchWithTimeout(request);
  return (await wantsStepUp(response)) && (await stepUp()) ? fetchWithTimeout(again) : response;
}

export const api = createClient<paths>({
  baseUrl: typeof window === "undefined" ? "http://localhost" : window.location.origin,
  fetch: fetchWithStepUp,
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; throws {@link ApiError} for any other. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error, response.headers.get("x-request-id"));
  return data as T;
}

/** Says which version is changed: what somebody else has changed since is not overwritten, but refused (412). */
export function ifMatch({ version }: { version: number }): { "if-match": string } {
  return { "if-match": `"${String(version)}"` };
}

export { ApiError };
