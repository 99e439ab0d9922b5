import type { Rule } from "@/lib/domain/alerting/rule";
import {
  type Expiry,
  isTelling,
  type LimitMetric,
  runsOutBeforeReset,
  secondsToExhaustion,
} from "@/lib/domain/usage/limit";
import {
  floorBucket,
  granularity,
  type Window,
  windowRangeAtEnd,
  windowResetsAt,
} from "@/lib/domain/usage/window";
import {
  type CountedLimit,
  chunkOf,
  expiries,
  isShort,
  RATE_MS,
  rateOf,
  type Spent,
} from "../limits/measure";
import type { Sum } from "./sums";
import { STEP_MS } from "./track";

/** A part of a key's use, in the units of the metrics that its limits count. */
export interface LimitAmount {
  keyId: number;
  requests: number;
  amounts: LimitAmounts;
}
/** Whole units: money in micro-USD. */
export type LimitAmounts = Readonly<Partial<Record<LimitMetric, number>>>;

/** How many of the whole units make one of the metric's own. */
const unitOf = (metric: LimitMetric): number => (metric === "cost_usd" ? 1e6 : 1);

interface Recent {
  bucket: number;
  amount: LimitAmount;
}

/** Rules on limits: each limit of each key counts its own window. */
export class LimitSum implements Sum<LimitAmount> {
  readonly #counters: Counter[] = [];
  readonly #byKey = new Map<number, Counter[]>();
  /** By key, the latest buckets: what the current rate follows from. */
  readonly #recent = new Map<number, Recent[]>();

  constructor(
    private readonly rule: Rule,
    limits: ReadonlyMap<number, readonly CountedLimit[]>,
  ) {
    for (const [keyId, list] of limits) {
      const counters = list.map((limit) => new Counter(limit));
      this.#counters.push(...counters);
      this.#byKey.set(keyId, counters);
      this.#recent.set(keyId, []);
    }
  }

  add(amount: LimitAmount, bucket: number): void {
    this.#recent.get(amount.keyId)?.push({ bucket, amount });
    for (const counter of this.#byKey.get(amount.keyId) ?? []) counter.add(amount, bucket);
  }

  remove(): void {}
  clear(): void {}

  value(end: number): number | null {
    for (const [keyId, buckets] of this.#recent) {
      const first = buckets.findIndex(({ bucket }) => bucket > end - 1 - RATE_MS);
      if (first !== 0) this.#recent.set(keyId, first === -1 ? [] : buckets.slice(first));
    }
    for (const counter of this.#counters) counter.moveTo(end);
    return this.#valueAt(end);
  }

  requests(): number {
    return Number.MAX_SAFE_INTEGER;
  }

  changesAt(end: number): number | null {
    // Rates change with time alone, while there is one.
    if (this.rule.metric === "seconds_to_exhaustion" && this.#isUsed()) return end + STEP_MS;
    const instants = this.#counters.map((counter) => counter.changesAt(end)).filter((at) => at !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  }

  #isUsed(): boolean {
    for (const buckets of this.#recent.values()) if (buckets.length > 0) return true;
    return false;
  }

  #valueAt(end: number): number | null {
    if (this.#counters.length === 0) return null;
    if (this.rule.metric === "limit_used")
      return Math.max(...this.#counters.map((counter) => counter.fraction()));
    let soonest: number | null = null;
    for (const [keyId, counters] of this.#byKey) {
      const recent = this.#recent.get(keyId) ?? [];
      for (const counter of counters) {
        const seconds = counter.seconds(recent, end);
        if (seconds !== null && (soonest === null || seconds < soonest)) soonest = seconds;
      }
    }
    return soonest;
  }
}

/** What one limit has left at each step. */
class Counter {
  #spent: Spent[] = [];
  #first = 0;
  /** In whole units, which add up exactly. */
  #used = 0;
  readonly #unit: number;

  constructor(private readonly limit: CountedLimit) {
    this.#unit = unitOf(limit.metric);
  }

  add(amount: LimitAmount, bucket: number): void {
    const used = amount.amounts[this.limit.metric] ?? 0;
    this.#spent.push({ bucket, amount: used, requests: amount.requests });
    this.#used += used;
  }

  /** Drops what has left the window of the step at `end`. */
  moveTo(end: number): void {
    const { from } = windowRangeAtEnd(this.limit.window, end);
    for (
      let oldest = this.#spent[this.#first];
      oldest !== undefined && oldest.bucket < from;
      oldest = this.#spent[++this.#first]
    ) {
      this.#used -= oldest.amount;
    }
    if (this.#first > 1_000) {
      this.#spent = this.#spent.slice(this.#first);
      this.#first = 0;
    }
  }

  fraction(): number {
    return this.limit.amount > 0 ? this.#used / this.#unit / this.limit.amount : 1;
  }

  changesAt(end: number): number | null {
    const { window } = this.limit;
    const oldest = this.#spent[this.#first];
    if (oldest === undefined) return null;
    if (window.kind === "sliding") {
      return Math.max(end + STEP_MS, floorBucket(oldest.bucket, granularity(window)) + window.ms + STEP_MS);
    }
    const resetsAt = windowResetsAt(window, end - 1);
    return resetsAt === null ? null : floorBucket(resetsAt, STEP_MS) + STEP_MS;
  }

  /** Until it is used up, when that is before it resets. */
  seconds(recent: readonly Recent[], end: number): number | null {
    const { window, metric } = this.limit;
    const used = this.#used / this.#unit;
    if (used < this.limit.amount && !isTelling(recent.reduce((sum, { amount }) => sum + amount.requests, 0)))
      return null;
    const now = end - 1;
    const spent = recent.map(({ bucket, amount: { amounts, requests } }) => ({
      bucket,
      amount: (amounts[metric] ?? 0) / this.#unit,
      requests,
    }));
    const rate = rateOf(spent, now);
    const draining =
      window.kind === "sliding" ? { windowMs: window.ms, expiring: this.#expiring(window, now) } : {};
    const seconds = secondsToExhaustion({ used, amount: this.limit.amount, rate, ...draining });
    return runsOutBeforeReset(this.limit, seconds, now) ? seconds : null;
  }

  #expiring(window: Window & { kind: "sliding" }, now: number): Expiry[] {
    const inside = this.#spent.slice(this.#first).map((one) => ({ ...one, amount: one.amount / this.#unit }));
    if (isShort(window)) return expiries(inside, window.ms, now);
    const { stepMs } = chunkOf(window.ms);
    const chunks = new Map<number, Spent>();
    for (const { bucket, amount, requests } of inside) {
      const start = floorBucket(bucket, stepMs);
      const chunk = chunks.get(start);
      if (chunk === undefined) chunks.set(start, { bucket: start, amount, requests });
      else chunk.amount += amount;
    }
    return expiries([...chunks.values()], window.ms + stepMs - STEP_MS, now);
  }
}
