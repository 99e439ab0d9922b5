import type { TotalsMetric } from "./metric";
import { floorBucket, granularity, type Range, type Window, windowRange, windowResetsAt } from "./window";

/** What a limit can count: sums only, as only those are used up. */
export const LIMIT_METRICS = [
  "requests",
  "input_tokens",
  "output_tokens",
  "total_tokens",
  "cost_usd",
] as const satisfies readonly TotalsMetric[];
export type LimitMetric = (typeof LIMIT_METRICS)[number];

export const LIMIT_ORIGINS = ["declared", "advertised", "learned"] as const;
export type LimitOrigin = (typeof LIMIT_ORIGINS)[number];

/**
 * What a key may use: `amount` in the metric's unit per window. `resetsAt` (epoch ms) is what the provider said about
 * this window's end, if it did; it counts until it has passed.
 */
export type Limit = { metric: LimitMetric; amount: number; window: Window; resetsAt?: number | null };

export type LimitUsage = {
  used: number;
  amount: number;
  /** Not capped: 1.2 when a fifth more than the limit was used. */
  usedFraction: number;
  /** What is left, 0 when nothing is. */
  headroom: number;
  /** Epoch ms; see `limitResetsAt`. */
  resetsAt: number | null;
};

/** How fast a limit is being used up, measured over a recent span. */
export type Rate = {
  /** Units of the limit's metric a second. */
  perSecond: number;
  /** The events in that span. */
  events: number;
};

/** With fewer recent events than this, a rate is chance and nothing is forecast from it. */
export const MIN_RATE_EVENTS = 5;

/** Use that will leave a sliding window: `amount` units after `inMs`. */
export type Expiry = { inMs: number; amount: number };

/** The share of a limit from which a key counts as at risk. */
export const AT_RISK_FRACTION = 0.8;

/** The buckets in which a limit's use is counted. */
export function limitRange(limit: Limit, now: number): Range {
  return windowRange(limit.window, now);
}

/**
 * When a limit is whole again: a calendar limit at its period's end, an advertised one when its provider said. A
 * sliding limit has no such moment; its use drains bucket by bucket, so this is when the last of what is used now has
 * left the window, and null while nothing is used.
 */
export function limitResetsAt(limit: Limit, used: number, now: number): number | null {
  if (limit.resetsAt !== undefined && limit.resetsAt !== null && limit.resetsAt > now) return limit.resetsAt;
  if (limit.window.kind === "calendar") return windowResetsAt(limit.window, now);
  return used > 0 ? drainedAt(limit.window, now) : null;
}

/** What is used and left of a limit. A limit of 0 is used up from the start. */
export function limitUsage({ limit, used, now }: { limit: Limit; used: number; now: number }): LimitUsage {
  return {
    used,
    amount: limit.amount,
    usedFraction: limit.amount > 0 ? used / limit.amount : 1,
    headroom: Math.max(0, limit.amount - used),
    resetsAt: limitResetsAt(limit, used, now),
  };
}

/**
 * Seconds until `used` reaches `amount` if the rate holds: 0 when it already has; null when it never will, or when
 * traffic is too sparse to tell (fewer than 5 recent events).
 *
 * For a sliding window pass `windowMs`, and the use that will leave it as `expiring` (ascending by `inMs`): use drains
 * while it grows. Without `expiring` nothing is taken to drain within one window, which errs on the early side,
 * unless a whole window at this rate stays below the limit.
 */
export function secondsToExhaustion(input: {
  used: number;
  amount: number;
  rate: Rate;
  windowMs?: number | undefined;
  expiring?: readonly Expiry[] | undefined;
}): number | null {
  const { used, amount, rate, windowMs, expiring } = input;
  if (used >= amount) return 0;
  if (!isTelling(rate.events) || !(rate.perSecond > 0)) return null;
  const horizon = windowMs === undefined ? Number.POSITIVE_INFINITY : windowMs / 1000;
  if (expiring === undefined && rate.perSecond * horizon < amount) return null;
  let left = amount - used;
  let at = 0;
  for (const { inMs, amount: freed } of expiring ?? []) {
    const next = Math.min(Math.max(inMs / 1000, at), horizon);
    if (left <= rate.perSecond * (next - at)) break;
    left += freed - rate.perSecond * (next - at);
    at = next;
  }
  const seconds = at + left / rate.perSecond;
  // After one whole window the window holds nothing but the rate itself, and stays where it is.
  return seconds <= horizon ? seconds : null;
}

/** Whether so many events of late make a rate that says when something runs out. */
export function isTelling(events: number): boolean {
  return events >= MIN_RATE_EVENTS;
}

/** Whether a limit is dry before it is whole again; a sliding one has no reset that would come first. */
export function runsOutBeforeReset(limit: Limit, seconds: number | null, now: number): boolean {
  if (seconds === null) return false;
  const resetsAt = hardReset(limit, now);
  return resetsAt === null || now + seconds * 1000 < resetsAt;
}

/**
 * The fraction of the limit that will be used when it resets, at the present rate: where the headroom bar's hatching
 * ends. For a sliding window, the fraction that one more window at this rate fills. Null when traffic is too sparse;
 * not capped.
 */
export function projectedFraction(limit: Limit, used: number, rate: Rate, now: number): number | null {
  if (!isTelling(rate.events) || !(limit.amount > 0)) return null;
  const perSecond = Math.max(0, rate.perSecond);
  const resetsAt = hardReset(limit, now);
  if (resetsAt !== null) return (used + (perSecond * (resetsAt - now)) / 1000) / limit.amount;
  const windowMs = limit.window.kind === "sliding" ? limit.window.ms : 0;
  return (perSecond * windowMs) / 1000 / limit.amount;
}

/** When a sliding window will hold at most `target` if nothing more is used; `now` when it already does. */
export function drainsTo(
  target: number,
  used: number,
  expiring: readonly Expiry[],
  now: number,
): number | null {
  let left = used;
  if (left <= target) return now;
  for (const { inMs, amount } of expiring) {
    left -= amount;
    if (left <= target) return now + inMs;
  }
  return null;
}

function hardReset(limit: Limit, now: number): number | null {
  if (limit.resetsAt !== undefined && limit.resetsAt !== null && limit.resetsAt > now) return limit.resetsAt;
  return windowResetsAt(limit.window, now);
}

function drainedAt(window: Extract<Window, { kind: "sliding" }>, now: number): number {
  // The current bucket is the newest: it drops out one window after it began.
  return floorBucket(now, granularity(window)) + window.ms;
}
