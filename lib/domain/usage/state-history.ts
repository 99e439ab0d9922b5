import type { LimitPast, UsedBucket } from "./limit-past";
import type { Outcome } from "./outcome";
import { type KeyFacts, type KeyState, keyState } from "./state";
import { outcomeCount } from "./totals";
import type { Range } from "./window";

/** A stretch in which a key was in one state. */
export type StateSpan = Range & { state: KeyState };

/** What the latest events before the first bucket said; instants in epoch ms, null for what never happened. */
export type PastFacts = Pick<
  KeyFacts,
  "latestOutcome" | "latestEventAt" | "quotaExhaustedAt" | "lastSuccessAt"
>;

export const NO_PAST: PastFacts = {
  latestOutcome: null,
  latestEventAt: null,
  quotaExhaustedAt: null,
  lastSuccessAt: null,
};

/** A rate_limited call and its own delay, null when it named none; `at` in epoch ms. */
export type Refusal = { at: number; retryAfterS: number | null };

type History = Range & {
  /** The band is told in steps of this length, on its UTC grid. */
  slotMs: number;
  /** Ascending; from before `from` too, as far back as limits and idleness look. */
  buckets: readonly UsedBucket[];
  before: PastFacts;
  /** The last rate_limited call of buckets, ascending; a bucket's that is missing is taken to have named no delay. */
  refusals: readonly Refusal[];
  /** What is known exactly of the latest refusals: their own delay and reset. */
  latest: Pick<KeyFacts, "lastRateLimitedAt" | "lastRetryAfterS" | "quotaExhaustedAt" | "quotaResetAt">;
  blocked: readonly Range[];
  limits: readonly LimitPast[];
};

/**
 * A key's states over [from, to), by the function that tells its state now. Each slot has the state that holds at its last
 * instant. Of calls in one bucket the order is not kept: the failures count as the later ones, so that none goes unseen.
 */
export function stateHistory({ from, to, slotMs, ...history }: History): StateSpan[] {
  const spans: StateSpan[] = [];
  const facts = new RunningFacts(history);
  for (let start = Math.floor(from / slotMs) * slotMs; start < to; start += slotMs) {
    const end = Math.min(start + slotMs, to);
    const { state } = keyState(facts.upTo(end), end - 1);
    const last = spans.at(-1);
    if (last?.state === state) last.to = end;
    else spans.push({ from: Math.max(start, from), to: end, state });
  }
  return spans;
}

class RunningFacts {
  readonly #history: Omit<History, "from" | "to" | "slotMs">;
  #next = 0;
  #nextRefusal = 0;
  #facts: PastFacts;
  #refusal: Refusal | null = null;

  constructor(history: Omit<History, "from" | "to" | "slotMs">) {
    this.#history = history;
    this.#facts = { ...history.before };
  }

  upTo(end: number): KeyFacts {
    const { buckets, latest, blocked, limits } = this.#history;
    for (
      let bucket = buckets[this.#next];
      bucket !== undefined && bucket.at < end;
      bucket = buckets[this.#next]
    ) {
      this.#take(bucket, end);
      this.#next += 1;
    }
    const at = end - 1;
    const use = limits.map((limit) => limit.at(end));
    const { quotaExhaustedAt } = this.#facts;
    const exact = <T>(known: number | null, value: T) => (known !== null && known < end ? value : null);
    const { lastRateLimitedAt: told, lastRetryAfterS } = latest;
    // The latest is known exactly from when it was told, also where its event is no longer stored.
    const refusal = told !== null && told < end ? { at: told, retryAfterS: lastRetryAfterS } : this.#refusal;
    return {
      ...this.#facts,
      blocked: blocked.some((span) => span.from <= at && at < span.to),
      lastRateLimitedAt: refusal?.at ?? null,
      lastRetryAfterS: refusal?.retryAfterS ?? null,
      quotaResetAt: quotaExhaustedAt === null ? null : exact(latest.quotaExhaustedAt, latest.quotaResetAt),
      tightestUsedFraction:
        use.length === 0 ? null : Math.max(...use.map(({ usedFraction }) => usedFraction)),
      runsOutBeforeReset: use.some((one) => one.runsOutBeforeReset),
    };
  }

  #take({ at, ms, totals }: UsedBucket, end: number): void {
    if (totals.requests === 0) return;
    const count = (outcome: Outcome) => outcomeCount(totals, outcome);
    const last = Math.min(at + ms, end) - 1;
    this.#facts.latestEventAt = last;
    this.#facts.latestOutcome = count("unauthorized") > 0 ? "unauthorized" : "success";
    if (count("success") > 0) this.#facts.lastSuccessAt = last;
    if (count("quota_exhausted") > 0) this.#facts.quotaExhaustedAt = last;
    if (count("rate_limited") > 0)
      this.#refusal = this.#refusalWithin(at, at + ms) ?? { at: last, retryAfterS: null };
  }

  #refusalWithin(from: number, to: number): Refusal | null {
    const { refusals } = this.#history;
    let found: Refusal | null = null;
    for (
      let one = refusals[this.#nextRefusal];
      one !== undefined && one.at < to;
      one = refusals[this.#nextRefusal]
    ) {
      if (one.at >= from) found = one;
      this.#nextRefusal += 1;
    }
    return found;
  }
}
