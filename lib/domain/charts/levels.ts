import type { Operator, RuleInput, Severity } from "../alerting/rule";
import { type MetricName, metric } from "../usage/metric";
import { parseWindow, windowRange, windowResetsAt } from "../usage/window";

/** What a key's use is held against: a tier of a rule that watches it alone, or one of its limits. */
export type Level = {
  /** The rule's or the limit's id. */
  id: string;
  name: string;
  metric: MetricName;
  operator: Operator;
  amount: number;
  /** As rules and limits write it; null for metrics that have none. */
  window: string | null;
  time_zone: string;
  severity: Severity | "limit";
};

/** What a chart shows of its metrics: each value as it is, summed by step, or a second of it. */
type Scale = { kind: "value" } | { kind: "step"; stepMs: number } | { kind: "second" };

/**
 * Where a level lies in a chart. A sum over a window becomes the even pace that reaches it: 600 in five minutes is two a
 * second. Of a calendar period, the pace over the one that holds `now`. null where the metric or the window cannot be
 * drawn.
 */
export function levelIn(
  level: Pick<Level, "metric" | "amount" | "window" | "time_zone">,
  scale: Scale,
  now: number,
): number | null {
  const { kind } = metric(level.metric);
  if (scale.kind === "value") return kind === "sum" ? null : level.amount;
  if (kind !== "sum" || level.window === null) return null;
  const length = windowLength(level.window, level.time_zone, now);
  if (length === null) return null;
  return (level.amount * (scale.kind === "second" ? 1_000 : scale.stepMs)) / length;
}

/** The tiers of the rules that watch this key by itself and all of its use. */
export function levelsOfRules(
  rules: readonly (Pick<
    RuleInput,
    "scope" | "metric" | "operator" | "window" | "time_zone" | "tiers" | "enabled" | "name"
  > & { id: string })[],
  key: { id: string; provider: string; pool: { id: string; name: string } | null },
): Level[] {
  return rules
    .filter(({ enabled, scope }) => enabled && watches(scope, key))
    .flatMap((rule) =>
      rule.tiers.map(({ severity, threshold }) => ({
        id: rule.id,
        name: rule.name,
        metric: rule.metric,
        operator: rule.operator,
        amount: threshold,
        window: rule.window,
        time_zone: rule.time_zone,
        severity,
      })),
    );
}

function watches(
  scope: RuleInput["scope"],
  key: { id: string; provider: string; pool: { id: string; name: string } | null },
): boolean {
  if (scope.each !== "key" && scope.key === undefined) return false;
  // A rule on a part of the use has its threshold elsewhere.
  if (scope.source !== undefined || scope.consumer !== undefined || scope.tag !== undefined) return false;
  return (
    (scope.key === undefined || scope.key === key.id) &&
    (scope.provider === undefined || scope.provider === key.provider) &&
    (scope.pool === undefined || scope.pool === key.pool?.id || scope.pool === key.pool?.name)
  );
}

function windowLength(text: string, zone: string, now: number): number | null {
  try {
    const window = parseWindow(text, zone);
    if (window.kind === "sliding") return window.ms;
    const resetsAt = windowResetsAt(window, now);
    return resetsAt === null ? null : resetsAt - windowRange(window, now).from;
  } catch (error) {
    // Providers name windows that rules could not have.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
