import { isTransientDbError, troubleOf } from "@/lib/db/db";
import { AppError, type ErrorCode, isAppError } from "@/lib/errors";
import { log } from "@/lib/log";

const STATUS: Record<ErrorCode, { status: number; title: string }> = {
  bad_request: { status: 400, title: "Bad request" },
  unauthenticated: { status: 401, title: "Not signed in" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  timeout: { status: 408, title: "Request timeout" },
  conflict: { status: 409, title: "Conflict" },
  gone: { status: 410, title: "Gone" },
  too_large: { status: 413, title: "Too large" },
  unsupported_type: { status: 415, title: "Unsupported media type" },
  invalid: { status: 422, title: "Invalid input" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Internal error" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
};

/**
 * Any thrown value as an AppError: ours as it is, a lost database as `unavailable`, everything else as `internal`, which
 * is logged with its cause here and tells the outside nothing.
 */
export function toAppError(error: unknown, context: Record<string, unknown> = {}): AppError {
  if (isAppError(error)) {
    if (error.code === "internal") log.error({ err: error, ...context }, "Request failed");
    return error;
  }
  if (isTransientDbError(error)) {
    log.warn({ err: error, ...context }, "The database did not answer");
    return new AppError("unavailable", `${troubleOf(error)} Try again in a few seconds.`, {
      cause: error,
      retryAfterS: 5,
    });
  }
  log.error({ err: error, ...context }, "Request failed");
  return new AppError("internal", "Something went wrong in Keygauge. Its log has the cause.", {
    cause: error,
  });
}

/** The one place where an error becomes an HTTP answer (RFC 9457 problem+json; `code` is ours). */
export function problem(error: unknown, context: Record<string, unknown> = {}): Response {
  const known = toAppError(error, context);
  const { status, title } = STATUS[known.code];
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  });
  if (known.code === "unauthenticated") headers.set("WWW-Authenticate", "Bearer");
  if (known.retryAfterS !== undefined) headers.set("Retry-After", String(Math.ceil(known.retryAfterS)));
  const body = {
    type: "about:blank",
    title,
    status,
    code: known.code,
    detail: known.message,
    errors: known.issues,
  };
  return new Response(JSON.stringify(body), { status, headers });
}
