import { nextEvaluationAt } from "@/lib/domain/alerting/schedule";
import { type InstanceState, initialState, type Observation } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import type { Change } from "./persist";
import type { Instance, LoadedRule } from "./rules";

/** Shared by all instances that nothing has happened to. */
const INITIAL = Object.freeze(initialState());

export interface Outcome {
  instance: Instance;
  /** What has to be stored; null when nothing changed that matters. */
  change: Change | null;
  /** When time alone may change it next. */
  nextAt: number | null;
}

/** The instance as this server knows it, or a new one. */
export function instanceOf(loaded: LoadedRule, scopeKey: string): Instance {
  return loaded.instances.get(scopeKey) ?? { scopeKey, state: INITIAL, version: 0, incidentId: null };
}

/** One evaluation of one instance, as the database will see it. */
export function evaluate(
  loaded: LoadedRule,
  instance: Instance,
  observation: Observation,
  now: number,
): Outcome {
  const stepped = step(loaded.rule, instance.state, observation, now);
  const nextAt = nextEvaluationAt(loaded.rule, stepped.state, observation, now);
  const same = stepped.effects.length === 0 && isSame(instance.state, stepped.state);
  return { instance, nextAt, change: same ? null : { loaded, instance, observation, stepped, nextAt } };
}

/** An ok instance's period and instants follow from its next evaluation, so they are not worth a write. */
export function isSame(before: InstanceState, after: InstanceState): boolean {
  if (before === after || (before.status === "ok" && after.status === "ok")) return true;
  return JSON.stringify(before) === JSON.stringify(after);
}
