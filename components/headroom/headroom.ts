import type { LimitMetric } from "@/lib/domain/usage/limit";
import type { KeyState } from "@/lib/domain/usage/state";
import { formatMs, formatPercent, formatShortInstant, type Times } from "@/lib/format";

/** One limit of a key, as a page gets it. Fractions of `amount` are not capped; instants in epoch ms. */
export type Headroom = {
  metric: LimitMetric;
  /** As rules and limits write it: "1m", "24h", "calendar_day". */
  window: string;
  used: number;
  amount: number;
  usedFraction: number;
  /** What will be used at the reset if the rate holds; null when traffic is too sparse to say. */
  projectedFraction: number | null;
  /** The fraction at which a rule warns; null without one. */
  warnAt: number | null;
  /** Colours the bar. */
  state: KeyState;
  dryAt: number | null;
  resetsAt: number | null;
};

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * When a limit is dry and when it is whole again, in two short lines.
 * Within an hour it says how long; beyond, at what time.
 */
export function whenWords(headroom: Headroom, now: number, times: Times): { first: string; second: string } {
  const { usedFraction, dryAt, resetsAt, projectedFraction } = headroom;
  if (usedFraction >= 1) {
    const first =
      dryAt !== null && dryAt < now ? `Dry since ${formatShortInstant(dryAt, times, now)}` : "Dry";
    if (resetsAt === null) return { first, second: "room returns as use ages" };
    return { first, second: resetsAt > now ? `back in ${span(resetsAt - now)}` : "back any moment" };
  }
  const second = resetWords(resetsAt, now, times);
  if (dryAt !== null && dryAt > now && (resetsAt === null || dryAt < resetsAt)) {
    const soon = dryAt - now < 60 * MINUTE;
    return {
      first: soon
        ? `Dry in ${span(dryAt - now)}`
        : `Dry on ${formatShortInstant(dryAt, times, now)}`.replace(/^Dry on (?=\d{1,2}:)/, "Dry at "),
      second,
    };
  }
  if (projectedFraction === null) return { first: "Too little use to forecast", second };
  const ends = Math.max(projectedFraction, resetsAt === null ? 0 : usedFraction);
  return {
    first: `Holds, ${formatPercent(ends)} ${resetsAt === null ? "at this rate" : "at reset"}`,
    second,
  };
}

function resetWords(resetsAt: number | null, now: number, times: Times): string {
  if (resetsAt === null) return "rolling window";
  const left = resetsAt - now;
  if (left <= 0) return "resets now";
  return left < DAY ? `resets in ${span(left)}` : `resets ${formatShortInstant(resetsAt, times, now)}`;
}

/** Where the parts of the bar stand, in percent of its width. */
export function barParts({ usedFraction, projectedFraction, warnAt }: Headroom): {
  used: number;
  forecast: number;
  warn: number | null;
} {
  const used = percent(usedFraction);
  const end = projectedFraction === null ? used : percent(projectedFraction);
  const warn = warnAt === null || warnAt <= 0 || warnAt >= 1 ? null : percent(warnAt);
  return { used, forecast: Math.max(0, end - used), warn };
}

function percent(fraction: number): number {
  return Math.min(100, Math.max(0, fraction * 100));
}

// Whole seconds: a countdown whose tenths run is hard to read.
function span(ms: number): string {
  return formatMs(Math.max(1, Math.round(ms / 1_000)) * 1_000);
}
