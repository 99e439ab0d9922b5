/** The ids of no value, and of those past the bound on distinct values, in `dictionary` and `usage_breakdown` alike. */
export const NONE = 0;
export const OTHER = 1;

/** The columns of a tier that count failed outcomes, by outcome code from 1 on; successes are the rest of `requests`. */
export const FAILURE_COLUMNS = [
  "rate_limited",
  "quota_exhausted",
  "overloaded",
  "unauthorized",
  "client_error",
  "server_error",
  "timeout",
] as const;

export type OutcomeRow = Record<(typeof FAILURE_COLUMNS)[number] | "requests", number>;

/** The outcome code that a column counts; 0 for a column that counts none. */
export const failureCode = (column: string): number =>
  (FAILURE_COLUMNS as readonly string[]).indexOf(column) + 1;

/** The columns of an event, and of all that is made of it, that are added up. */
export const EVENT_AMOUNT_COLUMNS = ["input_tokens", "output_tokens", "cost_micros"] as const;

/** The columns of a tier that add up other numbers. */
export const AMOUNT_COLUMNS = [...EVENT_AMOUNT_COLUMNS, "cached_tokens"] as const;

/** These are nearly always 0, which stands as null: that takes no room. */
const SPARSE_COLUMNS: readonly string[] = [...FAILURE_COLUMNS, "cached_tokens"];
export const isSparse = (column: string): boolean => SPARSE_COLUMNS.includes(column);

/** SQL of a column's sum over rows of a tier: a number, never null. */
export const sumOf = (column: string): string => `coalesce(sum(${column}), 0)::int8`;

/** Requests by outcome code. */
export function outcomesOf(row: OutcomeRow): number[] {
  const failures = FAILURE_COLUMNS.map((name) => row[name]);
  return [row.requests - failures.reduce((sum, count) => sum + count, 0), ...failures];
}
