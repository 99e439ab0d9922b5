import { addSample, type Histogram, merge, unmerge } from "./histogram";
import { OUTCOMES, type Outcome, outcomeCode } from "./outcome";

/** What a rollup row adds up, and what a window of them adds up to. All numbers are whole. */
export type UsageTotals = {
  requests: number;
  /** Requests by outcome code; they sum to `requests`. */
  outcomes: number[];
  /** Includes the cached ones. */
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  costMicros: number;
  /** Only of the requests that had a latency. */
  latency: Histogram;
};

/** The part of an event that its totals need; null where the gateway did not say. */
export type CountedEvent = {
  outcome: Outcome;
  inputTokens?: number | null;
  outputTokens?: number | null;
  cachedTokens?: number | null;
  costMicros?: number | null;
  latencyMs?: number | null;
};

export function zeroTotals(): UsageTotals {
  return {
    requests: 0,
    outcomes: OUTCOMES.map(() => 0),
    inputTokens: 0,
    outputTokens: 0,
    cachedTokens: 0,
    costMicros: 0,
    latency: [],
  };
}

/** Adds `from` into `into`, in place, and returns `into`. */
export function addTotals(into: UsageTotals, from: UsageTotals): UsageTotals {
  combine(into, from, 1);
  merge(into.latency, from.latency);
  return into;
}

/** Takes `from`, which was added before, out of `into`, in place: how a sliding window drops its oldest bucket. */
export function subtractTotals(into: UsageTotals, from: UsageTotals): UsageTotals {
  combine(into, from, -1);
  unmerge(into.latency, from.latency);
  return into;
}

/** The sum of any number of totals, none of which is changed. */
export function sumTotals(all: Iterable<UsageTotals>): UsageTotals {
  const sum = zeroTotals();
  for (const totals of all) addTotals(sum, totals);
  return sum;
}

/** Counts one event into `into`, in place. */
export function addEvent(into: UsageTotals, event: CountedEvent): void {
  const code = outcomeCode(event.outcome);
  into.requests += 1;
  into.outcomes[code] = (into.outcomes[code] ?? 0) + 1;
  into.inputTokens += event.inputTokens ?? 0;
  into.outputTokens += event.outputTokens ?? 0;
  into.cachedTokens += event.cachedTokens ?? 0;
  into.costMicros += event.costMicros ?? 0;
  if (event.latencyMs !== null && event.latencyMs !== undefined) addSample(into.latency, event.latencyMs);
}

/** Requests that ended in one outcome. */
export function outcomeCount(totals: UsageTotals, outcome: Outcome): number {
  return totals.outcomes[outcomeCode(outcome)] ?? 0;
}

/** Requests with any outcome but success. */
export function errorCount(totals: UsageTotals): number {
  return totals.requests - outcomeCount(totals, "success");
}

/** Requests that the key's own allowance refused: rate_limited and quota_exhausted. */
export function throttledCount(totals: UsageTotals): number {
  return outcomeCount(totals, "rate_limited") + outcomeCount(totals, "quota_exhausted");
}

export function totalTokens(totals: UsageTotals): number {
  return totals.inputTokens + totals.outputTokens;
}

function combine(into: UsageTotals, from: UsageTotals, sign: 1 | -1): void {
  into.requests += sign * from.requests;
  for (let code = 0; code < OUTCOMES.length; code++) {
    into.outcomes[code] = (into.outcomes[code] ?? 0) + sign * (from.outcomes[code] ?? 0);
  }
  into.inputTokens += sign * from.inputTokens;
  into.outputTokens += sign * from.outputTokens;
  into.cachedTokens += sign * from.cachedTokens;
  into.costMicros += sign * from.costMicros;
}
