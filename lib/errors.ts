export type ErrorCode =
  | "bad_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "gone"
  | "timeout"
  | "too_large"
  | "unsupported_type"
  | "invalid"
  | "rate_limited"
  | "unavailable"
  | "internal";

/** One fault of one field; `path` is dotted (`tiers.0.threshold`), "" for the whole input. */
export interface Issue {
  path: string;
  message: string;
}

interface AppErrorOptions {
  issues?: Issue[];
  cause?: unknown;
  retryAfterS?: number;
}

/** An expected failure with words for the user. lib/http/problem.ts maps `code` to a status. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly issues: Issue[];
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterS = options.retryAfterS;
  }
}

export const isAppError = (error: unknown): error is AppError =>
  error instanceof Error && error.name === "AppError" && "code" in error;

interface ZodLikeIssue {
  path: PropertyKey[];
  message: string;
}

/** Turns zod's issues into ours. */
export function invalid(issues: readonly ZodLikeIssue[]): AppError {
  const mapped = issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
  const first = mapped[0];
  return new AppError(
    "invalid",
    first ? `${first.path || "input"}: ${first.message}` : "The input is not valid.",
    {
      issues: mapped,
    },
  );
}

interface Parser<T> {
  safeParse(
    input: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: ZodLikeIssue[] } };
}

/** Parses `input` or throws `invalid` naming every field that is wrong. */
export function parse<T>(schema: Parser<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) throw invalid(result.error.issues);
  return result.data;
}

/** `parse` for a query string: what is wrong with one value of a repeated parameter is said of the parameter. */
export function parseQuery<T>(schema: Parser<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(result.error.issues.map(({ path, message }) => ({ path: path.slice(0, 1), message })));
}
