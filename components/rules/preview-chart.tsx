"use client";

import { useMemo, useState } from "react";
import { TimeSeriesChart } from "@/components/charts/time-series-chart";
import { thresholdWords } from "@/components/incidents/words";
import { useZone } from "@/components/ui/viewer";
import type { RuleInput } from "@/lib/domain/alerting/rule";
import { seriesColor } from "@/lib/domain/charts/series-look";
import { prepareTimeSeries } from "@/lib/domain/charts/time-series";
import { metric } from "@/lib/domain/usage/metric";
import type { RulePreviewDto } from "@/lib/features/rules/schemas";

const MOST_LABELS = 1;

/** The rule's own values with its thresholds, and marks where it would have fired. */
export function PreviewChart({ preview, rule }: { preview: RulePreviewDto; rule: RuleInput | null }) {
  const zone = useZone();
  const { chart } = preview;
  // While a field cannot be read the chart keeps the thresholds it was drawn with.
  const [last, setLast] = useState(rule);
  if (rule !== null && rule !== last) setLast(rule);
  const drawn = rule ?? last;
  const model = useMemo(() => {
    if (drawn === null) return null;
    const inputs = chart.series.map(({ scope_key, name, points }, index) => ({
      key: scope_key,
      label: name,
      color: seriesColor(index),
      points,
    }));
    return prepareTimeSeries(inputs, {
      from: chart.from,
      to: chart.to,
      now: chart.to,
      stepMs: chart.step_ms,
      zone,
      kind: "line",
      unit: metric(drawn.metric).unit,
      marks: chart.marks.map(({ at }, index) => ({
        at,
        label: index < MOST_LABELS ? "would have fired" : "",
      })),
      thresholds: drawn.tiers.map(({ severity, threshold }) => ({
        value: threshold,
        severity,
        label: `${severity} ${thresholdWords({ metric: drawn.metric, operator: drawn.operator, threshold })}`,
      })),
    });
  }, [chart, drawn, zone]);
  if (model === null || drawn === null) return null;
  return (
    <TimeSeriesChart
      model={model}
      title={`${metric(drawn.metric).label}, as the rule reads it`}
      height={200}
      empty="No value in this time."
    />
  );
}
