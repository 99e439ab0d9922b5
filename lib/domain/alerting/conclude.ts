import type { Rule } from "./rule";
import {
  type Alert,
  alertOf,
  type InstanceState,
  type Observation,
  type StepResult,
  type TransitionReason,
  thresholdOf,
} from "./state";

/** What an observation makes of a state, before the two are compared. */
export type Decision = { state: InstanceState; reason: TransitionReason; detail?: string };

/** Compares the two states and says what has to be known about the difference. */
export function conclude(
  rule: Rule,
  before: InstanceState,
  { state: after, reason, detail }: Decision,
  { value }: Observation,
  now: number,
): StepResult {
  const alert = { before: alertOf(before), after: alertOf(after) };
  const changed =
    before.status !== after.status || (alert.after !== null && before.severity !== after.severity);
  const state: InstanceState = {
    ...after,
    since: before.status === after.status ? before.since : now,
    lastNotifiedAt: notifiedAt(before, alert, now),
  };
  const threshold = thresholdOf(rule, after.severity ?? before.severity);
  const effects: StepResult["effects"] = [];
  if (changed) {
    effects.push({
      kind: "transition",
      at: now,
      from: before.status,
      to: after.status,
      severity: after.severity,
      previousSeverity: before.severity,
      alert,
      value,
      threshold,
      reason,
      detail: detail ?? null,
    });
  }
  if (alert.after !== null && isReminderDue(rule, state, now)) {
    state.lastNotifiedAt = now;
    effects.push({ kind: "reminder", at: now, alert: alert.after, value, threshold });
  }
  return { state, effects };
}

function notifiedAt(
  before: InstanceState,
  alert: { before: Alert | null; after: Alert | null },
  now: number,
): number | null {
  if (alert.after === null) return null;
  const same = alert.before?.severity === alert.after.severity && alert.before.cause === alert.after.cause;
  return same ? before.lastNotifiedAt : now;
}

/** While recovering or failing, "still firing" would be more than is known. */
function isReminderDue(rule: Rule, state: InstanceState, now: number): boolean {
  if (rule.repeatEveryMs === null || state.lastNotifiedAt === null) return false;
  if (state.status !== "firing" && state.status !== "no_data") return false;
  return now - state.lastNotifiedAt >= rule.repeatEveryMs;
}
