import { type LimitMetric, limitUsage, runsOutBeforeReset, secondsToExhaustion } from "./limit";
import { metricValue } from "./metric";
import type { UsageTotals } from "./totals";
import { type Window, windowRangeAtEnd } from "./window";

/** What a key used in [at, at + ms). */
export type UsedBucket = { at: number; ms: number; totals: UsageTotals };

/** A limit as it counts stored use. */
type Counted = { metric: LimitMetric; amount: number; window: Window };

/** How fast a limit is used up is measured over this long. */
const RATE_MS = 300_000;

type Sums = { ats: number[]; ends: number[]; upTo: number[] };

/**
 * How near a limit was to its end at any instant of the past, from stored use alone: what a provider said of what remained
 * is known for now only. Buckets ascend; where one is longer than the limit's window, its use counts as spread evenly.
 */
export class LimitPast {
  readonly #limit: Counted;
  readonly #used: Sums;
  readonly #requests: Sums;

  constructor(limit: Counted, buckets: readonly UsedBucket[]) {
    this.#limit = limit;
    this.#used = sums(buckets, (totals) => metricValue(limit.metric, totals) ?? 0);
    this.#requests = sums(buckets, (totals) => totals.requests);
  }

  /** The share used in the window that ends at `end`, and whether at that pace the rest would not have lasted. */
  at(end: number): { usedFraction: number; runsOutBeforeReset: boolean } {
    const { window, amount } = this.#limit;
    const { from, to } = windowRangeAtEnd(window, end);
    const limit = { ...this.#limit, resetsAt: null };
    const used = within(this.#used, from, Math.max(to, end));
    const { usedFraction } = limitUsage({ limit, used, now: end });
    const events = Math.floor(within(this.#requests, end - RATE_MS, end));
    const rate = { perSecond: (within(this.#used, end - RATE_MS, end) / RATE_MS) * 1_000, events };
    const sliding = window.kind === "sliding";
    // A whole window at this rate stays below the limit: no need to look at how it drains.
    if (sliding && (rate.perSecond * window.ms) / 1_000 < amount)
      return { usedFraction, runsOutBeforeReset: false };
    const seconds = secondsToExhaustion({
      used,
      amount,
      rate,
      ...(sliding ? { windowMs: window.ms, expiring: this.#expiring(from, end, window.ms) } : {}),
    });
    return { usedFraction, runsOutBeforeReset: runsOutBeforeReset(limit, seconds, end - 1) };
  }

  #expiring(from: number, end: number, windowMs: number) {
    const { ats, upTo } = this.#used;
    const found = [];
    for (let index = firstAfter(ats, from - 1); index < ats.length; index++) {
      const at = ats[index] ?? end;
      if (at >= end) break;
      found.push({
        inMs: Math.max(0, at + windowMs - end),
        amount: (upTo[index + 1] ?? 0) - (upTo[index] ?? 0),
      });
    }
    return found;
  }
}

function sums(buckets: readonly UsedBucket[], amountOf: (totals: UsageTotals) => number): Sums {
  const upTo = [0];
  for (const { totals } of buckets) upTo.push((upTo.at(-1) ?? 0) + amountOf(totals));
  return { ats: buckets.map(({ at }) => at), ends: buckets.map(({ at, ms }) => at + ms), upTo };
}

/** What stands in [from, to); of buckets across an edge, their share. */
function within(all: Sums, from: number, to: number): number {
  return before(all, to) - before(all, from);
}

function before({ ats, ends, upTo }: Sums, at: number): number {
  const index = firstAfter(ats, at - 1);
  const whole = upTo[index] ?? 0;
  const [start, end] = [ats[index - 1], ends[index - 1]];
  if (start === undefined || end === undefined || end <= at) return whole;
  const last = whole - (upTo[index - 1] ?? 0);
  return whole - (last * (end - at)) / (end - start);
}

/** The index of the first that is greater than `at`. */
function firstAfter(ascending: readonly number[], at: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
