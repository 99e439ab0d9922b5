import type { Transition } from "./state";

/** The outcomes by which a provider says that a key's allowance is used up, for now or until a reset. */
export const EXHAUSTION_OUTCOMES = ["quota_exhausted", "rate_limited"] as const;
export type ExhaustionOutcome = (typeof EXHAUSTION_OUTCOMES)[number];

/** A span in which an alert was open, epoch ms; `to` is null while it still is. */
export type OpenSpan = { from: number; to: number | null };

/** The spans in which one instance's alert was open, from its transitions in ascending order. */
export function openSpans(transitions: readonly Transition[]): OpenSpan[] {
  const spans: OpenSpan[] = [];
  for (const { at, alert } of transitions) {
    const last = spans.at(-1);
    if (alert.before === null && alert.after !== null) spans.push({ from: at, to: null });
    else if (alert.before !== null && alert.after === null && last !== undefined) last.to = at;
  }
  return spans;
}

/** When the alert opened that was open at `at`, the earliest of them; null where nothing had warned. */
export function warnedAt(spans: readonly OpenSpan[], at: number): number | null {
  const open = spans.filter(({ from, to }) => from <= at && (to === null || at < to));
  return open.length === 0 ? null : Math.min(...open.map(({ from }) => from));
}
