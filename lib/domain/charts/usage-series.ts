import { type MetricName, metric } from "../usage/metric";
import { OUTCOMES, type Outcome } from "../usage/outcome";
import type { Point } from "../usage/steps";
import { type ColorToken, OUTCOME_LOOK, seriesColor } from "./series-look";
import type { SeriesInput } from "./time-series";

/** A series as GET /usage gives it. */
export type UsageSeries = { metric: MetricName; group: string | null; points: readonly Point[] };

/**
 * Series grouped by outcome, in the one order they are always stacked in. Outcomes that did not occur are left out,
 * but never success, so that a quiet chart keeps its legend.
 */
export function outcomeSeries(usage: readonly UsageSeries[]): SeriesInput[] {
  return OUTCOMES.flatMap((outcome: Outcome) => {
    const points = usage.find(({ group }) => group === outcome)?.points ?? [];
    const occurs = points.some(([, value]) => value !== null && value > 0);
    return occurs || outcome === "success"
      ? [{ key: outcome, ...OUTCOME_LOOK[outcome], points, solid: outcome !== "success" }]
      : [];
  });
}

/** The colours of metrics that have one of their own. */
export const METRIC_COLORS: Partial<Record<MetricName, ColorToken>> = {
  requests: "--success",
  errors: "--exhausted",
  error_rate: "--exhausted",
  throttled: "--throttled",
  throttle_rate: "--throttled",
  latency_p50: "--series-2",
  latency_p95: "--series-1",
  latency_p99: "--series-4",
  input_tokens: "--series-1",
  output_tokens: "--series-2",
};

/** Several metrics of one thing, each in its own colour; `labels` replaces a metric's full name. */
export function metricSeries(
  usage: readonly UsageSeries[],
  labels: Partial<Record<MetricName, string>> = {},
): SeriesInput[] {
  return usage.map(({ metric: name, points }, index) => ({
    key: name,
    label: labels[name] ?? metric(name).label,
    color: METRIC_COLORS[name] ?? seriesColor(index),
    points,
  }));
}

/** One metric of several things, the largest first; beyond eight they share a quiet colour. */
export function groupSeries(
  usage: readonly UsageSeries[],
  labelOf: (group: string | null) => string,
): SeriesInput[] {
  const size = ({ points }: UsageSeries) => points.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  return [...usage]
    .sort((a, b) => size(b) - size(a))
    .map(({ group, points }, index) => ({
      key: group ?? "",
      label: labelOf(group),
      color: seriesColor(index),
      points,
    }));
}
