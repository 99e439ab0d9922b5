"use client";

import { useMemo } from "react";
import { TimeSeriesChart } from "@/components/charts/time-series-chart";
import { thresholdWords } from "@/components/incidents/words";
import { useZone } from "@/components/ui/viewer";
import type { Operator, Tier } from "@/lib/domain/alerting/rule";
import type { IncidentChartSpan } from "@/lib/domain/charts/incident-chart";
import { type Mark, prepareTimeSeries } from "@/lib/domain/charts/time-series";
import { groupSeries, metricSeries } from "@/lib/domain/charts/usage-series";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import type { Point } from "@/lib/domain/usage/steps";

/** What the rule saw around the incident: its metric, its thresholds and when they were crossed. */
export function IncidentChart({
  name,
  operator,
  tiers,
  fired,
  span,
  series,
  startedAt,
  resolvedAt,
  now,
  title,
}: {
  name: MetricName;
  operator: Operator;
  tiers: readonly Tier[];
  /** The threshold that was crossed; null where there was no data. */
  fired: number | null;
  span: IncidentChartSpan;
  series: readonly { label: string; points: readonly Point[] }[];
  startedAt: number;
  resolvedAt: number | null;
  /** When the points were read. */
  now: number;
  title: string;
}) {
  const zone = useZone();
  const model = useMemo(() => {
    const marks: Mark[] = [{ at: startedAt, label: "fired" }];
    if (resolvedAt !== null) marks.push({ at: resolvedAt, label: "resolved" });
    const [only] = series;
    const lines =
      only !== undefined && series.length === 1
        ? metricSeries([{ metric: name, group: null, points: only.points }])
        : groupSeries(
            series.map(({ label, points }) => ({ metric: name, group: label, points })),
            (group) => group ?? "",
          );
    return prepareTimeSeries(lines, {
      from: span.from,
      to: span.to,
      now,
      stepMs: span.stepMs,
      zone,
      kind: "line",
      unit: metric(name).unit,
      marks,
      // Above the threshold, so that what just reached it is not drawn on the edge.
      reach: (fired ?? 0) * 1.1,
      thresholds: tiers.map(({ severity, threshold }) => ({
        value: threshold,
        severity,
        label: `${severity} ${thresholdWords({ metric: name, operator, threshold })}`,
      })),
    });
  }, [name, operator, tiers, fired, span, series, startedAt, resolvedAt, now, zone]);
  return (
    <TimeSeriesChart model={model} title={title} height={220} legend={series.length > 1} empty="No value." />
  );
}
