import type { Rule } from "@/lib/domain/alerting/rule";
import type { Observation } from "@/lib/domain/alerting/state";
import { runsOutBeforeReset, secondsToExhaustion } from "@/lib/domain/usage/limit";
import { metricValue } from "@/lib/domain/usage/metric";
import { addTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import { floorBucket, granularity, windowRangeAtEnd, windowResetsAt } from "@/lib/domain/usage/window";
import { type CountedLimit, chunkOf, expiries, isShort, RATE_MS, rateOf } from "../limits/measure";
import { STEP_MS } from "./track";

/** Use by key. */
export type KeyAmounts = ReadonlyMap<number, UsageTotals>;

type Bucket = readonly [start: number, totals: UsageTotals];

/** Rules on limits: each limit of each key counts its own window. */
export class LimitSum {
  readonly #counters: Counter[] = [];
  /** By key, the latest buckets: what the current rate follows from. */
  readonly #recent = new Map<number, Bucket[]>();

  constructor(
    private readonly rule: Rule,
    limits: ReadonlyMap<number, readonly CountedLimit[]>,
  ) {
    for (const [keyId, list] of limits) {
      for (const limit of list) this.#counters.push(new Counter(keyId, limit));
      this.#recent.set(keyId, []);
    }
  }

  add(amount: KeyAmounts, bucket: number): void {
    for (const [keyId, totals] of amount) {
      this.#recent.get(keyId)?.push([bucket, totals]);
      for (const counter of this.#counters) if (counter.keyId === keyId) counter.add(bucket, totals);
    }
  }

  remove(): void {}
  clear(): void {}

  observe(end: number): Observation {
    for (const [keyId, buckets] of this.#recent) {
      const first = buckets.findIndex(([bucket]) => bucket > end - 1 - RATE_MS);
      if (first !== 0) this.#recent.set(keyId, first === -1 ? [] : buckets.slice(first));
    }
    for (const counter of this.#counters) counter.moveTo(end);
    return { value: this.#value(end), requests: Number.MAX_SAFE_INTEGER, changesAt: null };
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

  #value(end: number): number | null {
    if (this.#counters.length === 0) return null;
    if (this.rule.metric === "limit_used")
      return Math.max(...this.#counters.map((counter) => counter.fraction()));
    const seconds = this.#counters
      .map((counter) => counter.seconds(this.#recent.get(counter.keyId) ?? [], end))
      .filter((one) => one !== null);
    return seconds.length === 0 ? null : Math.min(...seconds);
  }
}

/** What one limit has left at each step. */
class Counter {
  #buckets: Bucket[] = [];
  #first = 0;
  #used = 0;
  #from = Number.NEGATIVE_INFINITY;

  constructor(
    readonly keyId: number,
    private readonly limit: CountedLimit,
  ) {}

  add(bucket: number, totals: UsageTotals): void {
    this.#buckets.push([bucket, totals]);
    this.#used += this.#amountOf(totals);
  }

  /** Drops what has left the window of the step at `end`. */
  moveTo(end: number): void {
    this.#from = windowRangeAtEnd(this.limit.window, end).from;
    for (
      let oldest = this.#buckets[this.#first];
      oldest !== undefined && oldest[0] < this.#from;
      oldest = this.#buckets[++this.#first]
    ) {
      this.#used -= this.#amountOf(oldest[1]);
    }
    if (this.#first > 1_000) {
      this.#buckets = this.#buckets.slice(this.#first);
      this.#first = 0;
    }
    // Sums of fractions drift.
    if (this.#first === this.#buckets.length) this.#used = 0;
  }

  fraction(): number {
    return this.limit.amount > 0 ? this.#used / this.limit.amount : 1;
  }

  changesAt(end: number): number | null {
    const { window } = this.limit;
    const oldest = this.#buckets[this.#first];
    if (oldest === undefined) return null;
    if (window.kind === "sliding") {
      return Math.max(end + STEP_MS, floorBucket(oldest[0], granularity(window)) + window.ms + STEP_MS);
    }
    const resetsAt = windowResetsAt(window, end - 1);
    return resetsAt === null ? null : floorBucket(resetsAt, STEP_MS) + STEP_MS;
  }

  /** Until it is used up, when that is before it resets. */
  seconds(recent: readonly Bucket[], end: number): number | null {
    const { window, amount } = this.limit;
    const now = end - 1;
    const amountOf = (totals: UsageTotals) => this.#amountOf(totals);
    const sliding = window.kind === "sliding";
    const seconds = secondsToExhaustion({
      used: this.#used,
      amount,
      rate: rateOf(recent, amountOf, now),
      ...(sliding ? { windowMs: window.ms, expiring: this.#expiring(window.ms, amountOf, now) } : {}),
    });
    return runsOutBeforeReset(this.limit, seconds, now) ? seconds : null;
  }

  #expiring(windowMs: number, amountOf: (totals: UsageTotals) => number, now: number) {
    const inside = this.#buckets.slice(this.#first);
    if (isShort(this.limit.window)) return expiries(inside, amountOf, windowMs, now);
    const { stepMs } = chunkOf(windowMs);
    const chunks = new Map<number, UsageTotals>();
    for (const [bucket, totals] of inside) {
      const start = floorBucket(bucket, stepMs);
      chunks.set(start, addTotals(chunks.get(start) ?? zeroTotals(), totals));
    }
    return expiries([...chunks], amountOf, windowMs + stepMs - STEP_MS, now);
  }

  #amountOf(totals: UsageTotals): number {
    return metricValue(this.limit.metric, totals) ?? 0;
  }
}
