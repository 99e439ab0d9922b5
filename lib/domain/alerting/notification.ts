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
  "flapping",
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

/** The message that leads from one alert to another; null for none. */
export function changeOf(before: Alert | null, after: Alert | null): EffectNotification | null {
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

/** The facts of a message of that kind; `at` in epoch ms. */
export function notificationFacts(
  rule: Rule,
  kind: EffectNotification,
  about: {
    severity: Severity | null;
    value: number | null;
    threshold: number | null;
    at: number;
    detail: string | null;
  },
): NotificationFacts {
  const { severity, value, threshold, at, detail } = about;
  return {
    kind,
    severity,
    metric: rule.metric,
    value,
    operator: rule.operator,
    threshold,
    window: rule.window === null ? null : formatWindow(rule.window),
    at,
    ...(detail === null ? {} : { detail }),
  };
}

/** The facts of the message of that kind that an effect is worth. */
export function effectFacts(rule: Rule, kind: EffectNotification, effect: Effect): NotificationFacts {
  const alert = effect.kind === "reminder" ? effect.alert : (effect.alert.after ?? effect.alert.before);
  const { value, threshold, at } = effect;
  const detail = effect.kind === "reminder" ? null : detailOf(effect, kind);
  return notificationFacts(rule, kind, { severity: alert?.severity ?? null, value, threshold, at, detail });
}

/** Why an effect is not worth a message of its own; null where it is. */
export function quietBecause(effect: Effect): string | null {
  if (notificationKind(effect) !== null || effect.kind === "reminder") return null;
  if (effect.reason === "new_period") return "A quota's new period closes it silently.";
  const { before, after } = effect.alert;
  if (before === null && after === null) {
    return effect.to === "pending" ? "It has not held for long enough yet." : "Nothing was firing.";
  }
  if (effect.to === "error") return "A failed evaluation neither fires nor resolves.";
  if (effect.to === "recovering") return "It has recovered, and resolves if that lasts.";
  return "It had been firing all along.";
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
