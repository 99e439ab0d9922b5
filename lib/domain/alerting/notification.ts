import type { MetricName } from "@/lib/domain/usage/metric";
import { formatWindow } from "@/lib/domain/usage/window";
import { type Operator, type Rule, type Severity, severityRank } from "./rule";
import type { Alert, Effect, Transition } from "./state";

export const EFFECT_NOTIFICATIONS = [
  "firing",
  "no_data",
  "escalated",
  "downgraded",
  "resolved",
  "reminder",
] as const;
export type EffectNotification = (typeof EFFECT_NOTIFICATIONS)[number];

/**
 * The message an effect is worth, null for none. Pending, recovering and failed evaluations are not announced, and a
 * quota's period closes silently. An acknowledged incident is not reminded of; everything else about it is still told.
 */
export function notificationKind(
  effect: Effect,
  { acknowledged = false }: { acknowledged?: boolean } = {},
): EffectNotification | null {
  if (effect.kind === "reminder") return acknowledged ? null : "reminder";
  if (effect.reason === "new_period" && effect.alert.after === null) return null;
  return changeOf(effect.alert.before, effect.alert.after);
}

function changeOf(before: Alert | null, after: Alert | null): EffectNotification | null {
  if (after === null) return before === null ? null : "resolved";
  if (before === null || before.cause !== after.cause)
    return after.cause === "no_data" ? "no_data" : "firing";
  const rise = severityRank(after.severity) - severityRank(before.severity);
  return rise === 0 ? null : rise > 0 ? "escalated" : "downgraded";
}

/** What a message says about the alert itself: data, not words. Values in the metric's unit, `at` in epoch ms. */
export type NotificationFacts = {
  kind: EffectNotification;
  /** Of the alert; when resolved, the one it had. */
  severity: Severity | null;
  metric: MetricName;
  value: number | null;
  operator: Operator;
  threshold: number | null;
  /** As rules write it; null where the metric has none. */
  window: string | null;
  at: number;
  /** Why, where the kind does not say it. */
  detail?: string;
};

/** The facts of the message an effect is worth; null where `notificationKind` is. */
export function notificationFacts(
  rule: Rule,
  effect: Effect,
  context: { acknowledged?: boolean } = {},
): NotificationFacts | null {
  const kind = notificationKind(effect, context);
  if (kind === null) return null;
  const alert = effect.kind === "reminder" ? effect.alert : (effect.alert.after ?? effect.alert.before);
  const detail = effect.kind === "reminder" ? null : detailOf(effect, kind);
  return {
    kind,
    severity: alert?.severity ?? null,
    metric: rule.metric,
    value: effect.value,
    operator: rule.operator,
    threshold: effect.threshold,
    window: rule.window === null ? null : formatWindow(rule.window),
    at: effect.at,
    ...(detail === null ? {} : { detail }),
  };
}

function detailOf(transition: Transition, kind: EffectNotification): string | null {
  switch (transition.reason) {
    case "vanished":
      return transition.detail;
    case "rule_changed":
      return "The rule was changed.";
    case "no_data":
      return kind === "resolved" ? "There is no data any more." : null;
    default:
      return null;
  }
}
