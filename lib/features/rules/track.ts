import type { Rule } from "@/lib/domain/alerting/rule";
import { nextEvaluationAt } from "@/lib/domain/alerting/schedule";
import type { Effect, InstanceState, Observation } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import { SECOND } from "@/lib/domain/usage/duration";
import { emptyValue, metricValue, type TotalsMetric } from "@/lib/domain/usage/metric";
import { addTotals, subtractTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import {
  ceilBucket,
  floorBucket,
  granularity,
  type Range,
  windowRangeAtEnd,
  windowResetsAt,
} from "@/lib/domain/usage/window";

export const STEP_MS = 10 * SECOND;

/** What a window adds up of its buckets, and what the rule reads of it. */
interface Sum<T> {
  add(amount: T, bucket: number): void;
  remove(amount: T): void;
  clear(): void;
  observe(end: number): Observation;
  /** Where the sum keeps windows of its own: the first step after `end` at which one of them changes; null for none. */
  changesAt?(end: number): number | null;
}

/** One bucket's part, by its start in epoch ms. */
export interface Entry<T> {
  bucket: number;
  amount: T;
}

/** Requests by address; null for those without one. */
export type Addresses = ReadonlyMap<string | null, number>;

/** Rules on what totals tell. */
export class TotalsSum implements Sum<UsageTotals> {
  #totals = zeroTotals();

  constructor(private readonly rule: Rule) {}

  add(amount: UsageTotals): void {
    addTotals(this.#totals, amount);
  }

  remove(amount: UsageTotals): void {
    subtractTotals(this.#totals, amount);
  }

  clear(): void {
    this.#totals = zeroTotals();
  }

  observe(): Observation {
    const { requests } = this.#totals;
    const { metric } = this.rule;
    const value = requests === 0 ? emptyValue(metric) : metricValue(metric as TotalsMetric, this.#totals);
    return { value, requests };
  }
}

/** Rules on distinct addresses. */
export class AddressSum implements Sum<Addresses> {
  readonly #counts = new Map<string, number>();
  #requests = 0;

  add(amount: Addresses): void {
    for (const [address, requests] of amount) this.#change(address, requests);
  }

  remove(amount: Addresses): void {
    for (const [address, requests] of amount) this.#change(address, -requests);
  }

  clear(): void {
    this.#counts.clear();
    this.#requests = 0;
  }

  observe(): Observation {
    return { value: this.#counts.size === 0 ? null : this.#counts.size, requests: this.#requests };
  }

  #change(address: string | null, requests: number): void {
    this.#requests += requests;
    if (address === null) return;
    const count = (this.#counts.get(address) ?? 0) + requests;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}

/** Rules on the time since the last event; amounts are instants. */
export class LatestSum implements Sum<number> {
  #latest: number | null = null;

  add(at: number): void {
    this.#latest = Math.max(this.#latest ?? at, at);
  }

  remove(): void {}
  clear(): void {}

  observe(end: number): Observation {
    const value = this.#latest === null ? null : Math.max(0, end - this.#latest) / SECOND;
    return { value, requests: Number.MAX_SAFE_INTEGER };
  }
}

/**
 * One instance on its way through stored history. Steps stand at the ends of 10 s buckets; those at which nothing can
 * change are left out, which changes no result.
 */
export class Track<T> {
  #entries: Entry<T>[] = [];
  /** In the window: from the oldest up to, not including, the next to come. */
  #oldest = 0;
  #next = 0;
  #periodStart: number | null = null;
  /** The next step that is due whether or not an event comes; null for none. */
  #dueAt: number | null = null;
  #started = false;
  readonly effects: Effect[] = [];
  observation: Observation = { value: null, requests: 0 };
  /** The spans to step in, where the others are known to change nothing; ascending and apart. */
  active: readonly Range[] | undefined;
  #span = 0;
  /** Hears the value of every step. */
  onStep: ((end: number, value: number | null) => void) | undefined;

  constructor(
    private readonly rule: Rule,
    public state: InstanceState,
    private readonly sum: Sum<T>,
  ) {}

  /** What the window held before the first entry and does not lose on the way. */
  base(amount: T): void {
    this.sum.add(amount, Number.NEGATIVE_INFINITY);
  }

  /** In ascending order over all calls. */
  push(entry: Entry<T>): void {
    this.#entries.push(entry);
  }

  /** Steps from the bucket's end `first` to `last`, both included. To be called with ascending ranges. */
  advance(first: number, last: number): void {
    if (!this.#started) {
      this.#started = true;
      this.#dueAt = first;
    }
    for (let end = this.#nextEnd(first); end !== null && end <= last; end = this.#nextEnd(end + STEP_MS)) {
      this.#step(end);
    }
    this.#forget();
  }

  #step(end: number): void {
    const { rule } = this;
    this.#move(end);
    const periodStart = rule.isQuota && this.#periodStart !== null ? { periodStart: this.#periodStart } : {};
    const observation: Observation = { ...this.sum.observe(end), ...periodStart };
    const stepped = step(rule, this.state, observation, end);
    this.state = stepped.state;
    this.observation = observation;
    this.effects.push(...stepped.effects);
    this.onStep?.(end, observation.value);
    // Entries and periods are known here; only what the state itself waits for has to be asked.
    if (stepped.state.status === "ok" && rule.window !== null) {
      this.#dueAt = null;
      return;
    }
    const waits = nextEvaluationAt(rule, stepped.state, { ...observation, changesAt: null }, end);
    this.#dueAt = waits === null ? null : ceilBucket(waits, STEP_MS);
  }

  #move(end: number): void {
    const { window } = this.rule;
    const range = window === null ? null : windowRangeAtEnd(window, end);
    const entries = this.#entries;
    if (window?.kind === "calendar" && range !== null && range.from !== this.#periodStart) {
      if (this.#periodStart !== null) {
        this.sum.clear();
        this.#oldest = this.#next;
      }
      this.#periodStart = range.from;
    }
    for (
      let entry = entries[this.#next];
      entry !== undefined && entry.bucket < end;
      entry = entries[++this.#next]
    ) {
      this.sum.add(entry.amount, entry.bucket);
    }
    for (
      let entry = entries[this.#oldest];
      range !== null && entry !== undefined && this.#oldest < this.#next && entry.bucket < range.from;
      entry = entries[++this.#oldest]
    ) {
      this.sum.remove(entry.amount);
    }
  }

  /** The earliest end from `from` on at which something can be different. */
  #nextEnd(from: number): number | null {
    const { window } = this.rule;
    let next = this.#dueAt ?? Number.POSITIVE_INFINITY;
    const entering = this.#entries[this.#next];
    if (entering !== undefined) next = Math.min(next, floorBucket(entering.bucket, STEP_MS) + STEP_MS);
    if (window?.kind === "sliding" && this.#oldest < this.#next) {
      const oldest = this.#entries[this.#oldest] as Entry<T>;
      next = Math.min(next, floorBucket(oldest.bucket, granularity(window)) + window.ms + STEP_MS);
    }
    if (window?.kind === "calendar" && this.#periodStart !== null) {
      const resetsAt = windowResetsAt(window, from - STEP_MS - 1);
      if (resetsAt !== null) next = Math.min(next, floorBucket(resetsAt, STEP_MS) + STEP_MS);
    }
    next = Math.min(next, this.sum.changesAt?.(from - STEP_MS) ?? Number.POSITIVE_INFINITY);
    return next === Number.POSITIVE_INFINITY ? null : this.#within(Math.max(next, from));
  }

  /** The step itself, or the first of the next span to step in. */
  #within(end: number): number | null {
    if (this.active === undefined) return end;
    let span = this.active[this.#span];
    while (span !== undefined && span.to < end) span = this.active[++this.#span];
    return span === undefined ? null : Math.max(end, ceilBucket(span.from, STEP_MS) + STEP_MS);
  }

  /** Entries that have left the window are not needed any more. */
  #forget(): void {
    const gone = this.rule.window?.kind === "sliding" ? this.#oldest : this.#next;
    if (gone < 1_000 && gone < this.#entries.length) return;
    this.#entries = this.#entries.slice(gone);
    this.#next -= gone;
    this.#oldest = Math.max(0, this.#oldest - gone);
  }
}
