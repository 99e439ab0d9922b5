import { notificationKind } from "./notification";
import type { Rule } from "./rule";
import type { Effect, InstanceState, Observation, StepResult, Transition } from "./state";
import { step } from "./step";

/** What the rule read at an instant, epoch ms: for stored history the end of a 10 s bucket. */
export type ObservedAt = { at: number; observation: Observation };

/** Steps one instance through observations in ascending order: after a restart, and in a back-test. */
export function replay(rule: Rule, state: InstanceState, observations: Iterable<ObservedAt>): StepResult {
  const effects: Effect[] = [];
  let current = state;
  for (const { at, observation } of observations) {
    const stepped = step(rule, current, observation, at);
    current = stepped.state;
    effects.push(...stepped.effects);
  }
  return { state: current, effects };
}

export function transitionsOf(effects: readonly Effect[]): Transition[] {
  return effects.filter((effect) => effect.kind === "transition");
}

/** Messages to one channel before digests, silences and limits, when nobody acknowledges. */
export function countNotifications(effects: readonly Effect[]): number {
  return effects.filter((effect) => notificationKind(effect) !== null).length;
}

/** Incidents of one instance that were opened. */
export function countIncidents(effects: readonly Effect[]): number {
  return transitionsOf(effects).filter(({ alert }) => alert.before === null && alert.after !== null).length;
}
