import { readCount } from "./parse";
import type { SignalLimit } from "./types";

/** Limits by name and window; a Map, so that no name can reach a prototype. */
export type LimitTable = Map<string, SignalLimit>;

/** More than any provider sends; what a hostile answer adds beyond it is ignored. */
const MAX_LIMITS = 16;
const MAX_NAME = 40;

/** The part of a limit that one header states. */
export type LimitField = "limit" | "remaining" | "resetAt";

/** Adds one stated value; the first statement about a limit's field stands. */
export function noteLimit(
  table: LimitTable,
  name: string,
  window: string | null,
  field: LimitField,
  value: number | null,
): void {
  if (value === null) return;
  const limit = limitIn(table, name, window);
  if (limit !== null && limit[field] === null) limit[field] = value;
}

/** The limit of this name and window, a new one if there is none; null when the table is full. */
function limitIn(table: LimitTable, name: string, window: string | null): SignalLimit | null {
  const key = window === null ? name : `${name}/${window}`;
  const known = table.get(key);
  if (known !== undefined) return known;
  if (table.size >= MAX_LIMITS) return null;
  const limit: SignalLimit = { name, window, limit: null, remaining: null, resetAt: null };
  table.set(key, limit);
  return limit;
}

/** A limit's name made safe to keep and show: lower-case words joined by `_`, 40 at most; null when nothing is left. */
export function safeLimitName(name: unknown): string | null {
  if (typeof name !== "string" || name.length > 100) return null;
  const safe = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, MAX_NAME)
    .replace(/^[_\d]+/, "")
    .replace(/_$/, "");
  return safe === "" || safe in {} ? null : safe;
}

/** Adds all that was stated of a limit; the first statement about each field stands. */
export function noteWholeLimit(
  table: LimitTable,
  stated: { name: string; window: string | null; limit: unknown; remaining: unknown; resetAt: number | null },
): void {
  const amount = readCount(stated.limit);
  const remaining = readCount(stated.remaining);
  if (amount === null && remaining === null && stated.resetAt === null) return;
  const limit = limitIn(table, stated.name, stated.window);
  if (limit === null) return;
  limit.limit ??= amount;
  limit.remaining ??= remaining;
  limit.resetAt ??= stated.resetAt;
}

/** Limits with nothing left, or that never allowed anything. */
export function spentLimits(limits: readonly SignalLimit[]): SignalLimit[] {
  return limits.filter(({ limit, remaining }) => remaining === 0 || limit === 0);
}

/** The latest known reset among the limits, epoch ms; null when none is known. */
export function lastReset(limits: readonly SignalLimit[]): number | null {
  let last: number | null = null;
  for (const { resetAt } of limits) if (resetAt !== null && (last === null || resetAt > last)) last = resetAt;
  return last;
}
