import { isAbove } from "@/lib/domain/alerting/comparison";
import type { Rule } from "@/lib/domain/alerting/rule";
import { nextEvaluationAt, waitsForEvents } from "@/lib/domain/alerting/schedule";
import type { Effect, InstanceState, Observation } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import { isQuiet } from "@/lib/domain/alerting/tiers";
import { SECOND } from "@/lib/domain/usage/duration";
import { metric } from "@/lib/domain/usage/metric";
import {
  ceilBucket,
  floorBucket,
  granularity,
  type Range,
  windowRangeAtEnd,
  windowResetsAt,
} from "@/lib/domain/usage/window";
import type { Sum } from "./sums";

export const STEP_MS = 10 * SECOND;

/** One bucket's part, by its start in epoch ms. */
export interface Entry<T> {
  bucket: number;
  amount: T;
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
  /** The calendar period that the latest step was in. */
  #period: Range | null = null;
  /** The next step that is due whether or not an event comes; null for none. */
  #dueAt: number | null = null;
  #started = false;
  #isOpen = false;
  readonly effects: Effect[] = [];
  #value: number | null = null;
  #requests = 0;
  /** The spans to step in, where the others are known to change nothing; ascending and apart. */
  active: readonly Range[] | undefined;
  #span = 0;
  /** Hears the value of every step. */
  onStep: ((end: number, value: number | null) => void) | undefined;
  /** Whether nothing but effects matters: then steps that cannot have any are left out. */
  effectsOnly = false;
  readonly #waits: boolean;
  readonly #isAge: boolean;

  constructor(
    private readonly rule: Rule,
    public state: InstanceState,
    private readonly sum: Sum<T>,
  ) {
    this.#waits = waitsForEvents(rule);
    this.#isAge = metric(rule.metric).kind === "age";
  }

  /** What the rule read at the latest step. */
  get observation(): Observation {
    const [value, requests] = [this.#value, this.#requests];
    return this.rule.isQuota && this.#period !== null
      ? { value, requests, periodStart: this.#period.from }
      : { value, requests };
  }

  /** Gives the window what it held before the first entry and does not lose on the way. */
  open(give: (sum: Sum<T>) => void): void {
    give(this.sum);
    this.#isOpen = true;
  }

  /** In ascending order over all calls. */
  push(entry: Entry<T>): void {
    this.#entries.push(entry);
  }

  /** Steps from the bucket's end `first` to `last`, both included. To be called with ascending ranges. */
  advance(first: number, last: number): void {
    if (!this.#started) {
      this.#started = true;
      // Nobody knows of a consumer before its first event.
      if (this.rule.scope.each !== "consumer" || this.#isOpen) this.#dueAt = first;
    }
    for (let end = this.#nextEnd(first); end !== null && end <= last; end = this.#nextEnd(end + STEP_MS)) {
      this.#step(end);
    }
    this.#forget();
  }

  #step(end: number): void {
    const { rule } = this;
    this.#move(end);
    this.#value = this.sum.value(end);
    this.#requests = this.sum.requests();
    this.onStep?.(end, this.#value);
    if (this.#staysOk()) {
      this.#dueAt = this.#isAge ? this.#waitsUntil(end) : null;
      return;
    }
    const stepped = step(rule, this.state, this.observation, end);
    this.state = stepped.state;
    this.effects.push(...stepped.effects);
    // Entries and periods are known here; only what the state itself waits for has to be asked.
    const isStill = stepped.state.status === "ok" && rule.window !== null && !this.#isAge;
    this.#dueAt = isStill ? null : this.#waitsUntil(end);
  }

  /** Whether the step function would give back the state as it is: so it is with most steps, and there are millions. */
  #staysOk(): boolean {
    const { state, rule } = this;
    if (state.status !== "ok" || (this.#value === null && rule.noData === "alert")) return false;
    const samePeriod = rule.isQuota ? state.period?.start === this.#period?.from : state.period === null;
    return samePeriod && isQuiet(rule, { value: this.#value, requests: this.#requests });
  }

  #waitsUntil(end: number): number | null {
    const at = nextEvaluationAt(this.rule, this.state, { ...this.observation, changesAt: null }, end);
    return at === null ? null : ceilBucket(at, STEP_MS);
  }

  #move(end: number): void {
    const { window } = this.rule;
    const entries = this.#entries;
    if (window?.kind === "calendar" && (this.#period === null || end > this.#period.to)) {
      const isFirst = this.#period === null;
      const { from } = windowRangeAtEnd(window, end);
      const resetsAt = windowResetsAt(window, end - 1) ?? Number.POSITIVE_INFINITY;
      this.#period = { from, to: floorBucket(resetsAt, STEP_MS) };
      if (!isFirst) {
        this.sum.clear();
        // What no step has looked at belongs to a period that is over.
        while ((entries[this.#next]?.bucket ?? from) < from) this.#next += 1;
        this.#oldest = this.#next;
      }
    }
    for (
      let entry = entries[this.#next];
      entry !== undefined && entry.bucket < end;
      entry = entries[++this.#next]
    ) {
      this.sum.add(entry.amount, entry.bucket);
    }
    if (window?.kind !== "sliding") return;
    const from = ceilBucket(end, granularity(window)) - window.ms;
    for (
      let entry = entries[this.#oldest];
      entry !== undefined && this.#oldest < this.#next && entry.bucket < from;
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
    if (entering !== undefined && !this.#mayPass())
      next = Math.min(next, floorBucket(entering.bucket, STEP_MS) + STEP_MS);
    if (!(this.effectsOnly && this.#waits && this.state.status === "ok")) {
      if (window?.kind === "sliding" && this.#oldest < this.#next) {
        const oldest = this.#entries[this.#oldest] as Entry<T>;
        next = Math.min(next, floorBucket(oldest.bucket, granularity(window)) + window.ms + STEP_MS);
      }
      if (window?.kind === "calendar" && this.#period !== null)
        next = Math.min(next, Math.max(from, this.#period.to + STEP_MS));
      next = Math.min(next, this.sum.changesAt?.(from - STEP_MS) ?? Number.POSITIVE_INFINITY);
    }
    return next === Number.POSITIVE_INFINITY ? null : this.#within(Math.max(next, from));
  }

  /** Whether events bring nothing before the step that is due: another one only makes an age younger, or a quota fuller. */
  #mayPass(): boolean {
    const { rule, state } = this;
    if (!this.effectsOnly) return false;
    if (this.#isAge) return state.status === "ok" && this.#dueAt !== null && isAbove(rule.operator);
    return (
      rule.isQuota &&
      state.period?.start === this.#period?.from &&
      rule.tiers.every(({ severity }) => (state.tiers[severity]?.latchedAt ?? null) !== null)
    );
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
