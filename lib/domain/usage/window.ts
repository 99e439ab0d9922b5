import { DAY, formatDuration, HOUR, MINUTE, parseDuration, SECOND } from "./duration";
import { isTimeZone, nextPeriod, type Period, startOfPeriod } from "./zone";

/** What a rule or a limit looks back on. */
export type Window = { kind: "sliding"; ms: number } | { kind: "calendar"; period: Period; zone: string };

/** A half-open span [from, to) in epoch ms. */
export type Range = { from: number; to: number };

export const TIERS = ["10s", "minute", "hour"] as const;
export type Tier = (typeof TIERS)[number];
export type Segment = Range & { tier: Tier };

/** The length of a tier's buckets and how long they are kept, in ms. */
export const TIER_MS: Record<Tier, number> = { "10s": 10 * SECOND, minute: MINUTE, hour: HOUR };
export const TIER_KEPT_MS: Record<Tier, number> = { "10s": 2 * DAY, minute: 32 * DAY, hour: 400 * DAY };

export const FINEST = TIER_MS["10s"];
const MIN_SLIDING = 10 * SECOND;
const MAX_SLIDING = 31 * DAY;
const CALENDAR = /^calendar_(hour|day|month)$/;

/** The start of the bucket of `size` ms that holds `at`. */
export function floorBucket(at: number, size: number): number {
  return Math.floor(at / size) * size;
}

/** The first start of a bucket of `size` ms at or after `at`. */
export function ceilBucket(at: number, size: number): number {
  return Math.ceil(at / size) * size;
}

/**
 * Reads "10s" to "31d", or calendar_hour, calendar_day, calendar_month in `zone`.
 * Throws RangeError with a message that says what is expected.
 */
export function parseWindow(text: string, zone: string): Window {
  const calendar = CALENDAR.exec(text);
  if (calendar !== null) {
    if (!isTimeZone(zone)) throw new RangeError('needs an IANA time zone, such as "Europe/Berlin"');
    return { kind: "calendar", period: calendar[1] as Period, zone };
  }
  if (text.startsWith("calendar")) {
    throw new RangeError(
      "must be calendar_hour, calendar_day, calendar_month, or a duration from 10s to 31d",
    );
  }
  const ms = parseDuration(text, { min: MIN_SLIDING, max: MAX_SLIDING });
  const size = granularity({ kind: "sliding", ms });
  if (ms % size !== 0) {
    throw new RangeError(`must be a multiple of ${formatDuration(size)}${ms > DAY ? " beyond 24h" : ""}`);
  }
  return { kind: "sliding", ms };
}

/** The text that `parseWindow` reads. */
export function formatWindow(window: Window): string {
  return window.kind === "sliding" ? formatDuration(window.ms) : `calendar_${window.period}`;
}

/** The bucket size of a window in ms: 10 s up to 24 h (a calendar day included), a minute beyond. */
export function granularity(window: Window): number {
  const short = window.kind === "sliding" ? window.ms <= DAY : window.period !== "month";
  return short ? FINEST : MINUTE;
}

/**
 * The buckets a window looks at when the clock shows `now`, the current (partial) bucket last.
 * A sliding window has window/g buckets; a calendar one begins where its period does.
 */
export function windowRange(window: Window, now: number): Range {
  const size = granularity(window);
  const to = floorBucket(now, size) + size;
  if (window.kind === "sliding") return { from: to - window.ms, to };
  return { from: floorBucket(startOfPeriod(window.period, window.zone, now), FINEST), to };
}

/**
 * The window of a step at a bucket's end, as replay and back-tests take them: the bucket that ends at `end` is the
 * current one, so a step at midnight still sees the day that closes there.
 */
export function windowRangeAtEnd(window: Window, end: number): Range {
  return windowRange(window, end - 1);
}

/** When the window starts again from zero; null for a sliding one, which never does. */
export function windowResetsAt(window: Window, now: number): number | null {
  return window.kind === "calendar" ? nextPeriod(window.period, window.zone, now) : null;
}

/**
 * Cuts [from, to), both multiples of 10 s, into the fewest spans of the coarsest tiers that cover it exactly: at most
 * five, ascending. With `now`, a tier is only used for buckets that it still keeps: an edge that only a dropped finer
 * tier could resolve moves outward to the next coarser bucket, so nothing of the range is ever left out.
 * Throws RangeError on edges off the 10 s grid.
 */
export function segments(from: number, to: number, options: { now?: number } = {}): Segment[] {
  if (from % FINEST !== 0 || to % FINEST !== 0) {
    throw new RangeError(`a range must begin and end at multiples of 10 s, got ${from} to ${to}`);
  }
  if (to <= from) return [];
  return options.now === undefined ? cover({ from, to }) : cover(keepable({ from, to }, options.now));
}

function cover({ from, to }: Range): Segment[] {
  const found: Segment[] = [];
  const push = (tier: Tier, start: number, end: number) => {
    if (end <= start) return;
    const last = found.at(-1);
    if (last?.tier === tier) last.to = end;
    else found.push({ tier, from: start, to: end });
  };
  const firstMinute = Math.min(ceilBucket(from, MINUTE), to);
  const lastMinute = Math.max(floorBucket(to, MINUTE), firstMinute);
  const firstHour = Math.min(ceilBucket(firstMinute, HOUR), lastMinute);
  const lastHour = Math.max(floorBucket(lastMinute, HOUR), firstHour);
  push("10s", from, firstMinute);
  push("minute", firstMinute, firstHour);
  push("hour", firstHour, lastHour);
  push("minute", lastHour, lastMinute);
  push("10s", lastMinute, to);
  return found;
}

function keepable(range: Range, now: number): Range {
  let { from, to } = range;
  for (const [tier, coarser] of [
    ["10s", MINUTE],
    ["minute", HOUR],
  ] as const) {
    const kept = now - TIER_KEPT_MS[tier];
    // The finer pieces are at the two ends only: each is checked at the bucket it begins with.
    const tail = Math.max(from, floorBucket(to, coarser));
    if (from < kept) from = floorBucket(from, coarser);
    if (tail < kept) to = ceilBucket(to, coarser);
  }
  return { from, to };
}
