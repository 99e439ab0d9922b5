import type { Operator } from "@/lib/domain/alerting/rule";
import { parseDuration } from "@/lib/domain/usage/duration";
import type { MetricName } from "@/lib/domain/usage/metric";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { formatMetric, formatMs } from "@/lib/format";

export const OPERATOR_SIGNS: Record<Operator, string> = { ">=": "≥", ">": ">", "<=": "≤", "<": "<" };

const PERIODS: Readonly<Record<string, string>> = {
  calendar_hour: "this hour",
  calendar_day: "today",
  calendar_month: "this month",
};

/** What an incident is about, as people call it. */
export function subjectWords({
  subject,
  scope_key,
  key,
}: Pick<IncidentDto, "subject" | "scope_key" | "key">) {
  if (subject === null) return scope_key === "all" ? "Everything together" : "A key that is gone";
  const named = key !== null || !scope_key.includes(":") || scope_key.startsWith("keys:");
  return named ? subject : `${scope_key.split(":")[0]} ${subject}`;
}

/** "952 requests in 5 min"; what there is instead where there is no value. */
export function readingWords({
  metric,
  value,
  window,
}: {
  metric: MetricName;
  value: number | null;
  window: string | null;
}): string {
  if (value === null) return "no value";
  const text = formatMetric(metric, value, { exact: true });
  if (window === null) return text;
  const period = PERIODS[window];
  return `${text} ${period ?? `in ${formatMs(parseDuration(window))}`}`;
}

/** "≥ 800 requests"; null without a threshold. */
export function thresholdWords({
  metric,
  operator,
  threshold,
}: {
  metric: MetricName;
  operator: Operator;
  threshold: number | null;
}): string | null {
  return threshold === null
    ? null
    : `${OPERATOR_SIGNS[operator]} ${formatMetric(metric, threshold, { exact: true })}`;
}
