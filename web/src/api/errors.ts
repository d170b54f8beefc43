/** A field that the server refused: where it is in the payload and why. */
export interface FieldProblem {
  loc: (string | number)[];
  code: string;
}

/** An RFC 9457 problem that the server answered, or a failure to reach it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Record<string, unknown>;
  readonly requestId: string | null;
  readonly fields: FieldProblem[];

  constructor(init: Pick<ApiError, "status" | "code" | "params" | "requestId" | "fields">, options?: ErrorOptions) {
    super(init.code, options);
    this.name = "ApiError";
    this.status = init.status;
    this.code = init.code;
    this.params = init.params;
    this.requestId = init.requestId;
    this.fields = init.fields;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function toField(value: unknown): FieldProblem | null {
  if (!isRecord(value) || !Array.isArray(value["loc"])) return null;
  const loc = value["loc"].filter((part) => typeof part === "string" || typeof part === "number");
  return { loc, code: text(value["code"]) ?? "request.invalid" };
}

function fallbackCode(status: number): string {
  if (status === 401) return "session.required";
  if (status === 403) return "permission.denied";
  if (status === 404) return "object.not_found";
  if (status === 413) return "request.too_large";
  if (status === 422) return "request.invalid";
  if (status === 502 || status === 503 || status === 504) return "server.unavailable";
  return "server.error";
}

/** Reads a problem-details body; anything else (a proxy's HTML page, say) gets a code by its status. */
export function toApiError(status: number, body: unknown, requestId: string | null): ApiError {
  const problem = isRecord(body) ? body : {};
  const fields = Array.isArray(problem["errors"]) ? problem["errors"].map(toField).filter((f) => f !== null) : [];
  return new ApiError({
    status,
    code: text(problem["code"]) ?? fallbackCode(status),
    params: isRecord(problem["params"]) ? problem["params"] : {},
    requestId: text(problem["request_id"]) ?? requestId,
    fields,
  });
}

/** No answer at all: the network, the server or the time limit. */
export function networkError(cause: unknown): ApiError {
  return new ApiError({ status: 0, code: "network.unreachable", params: {}, requestId: null, fields: [] }, { cause });
}

/** Whether trying the same request again may help. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.code === "request.queue_full")
  );
}
