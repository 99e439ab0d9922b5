import { drawnKind, explorationSeries, isStackable, keepLargest } from "@/lib/domain/charts/exploration";
import { unitOf } from "@/lib/domain/charts/exploration-query";
import { prepareTimeSeries, type TimeSeriesModel } from "@/lib/domain/charts/time-series";
import type { ExploredDto } from "@/lib/features/explore/schemas";

/** Colours that can be told apart. */
const MOST_COLORS = 8;

/** What of an exploration fits into one chart or table of buckets. */
export function chartedSeries({ series, metrics }: Pick<ExploredDto, "series" | "metrics">) {
  return keepLargest(series, Math.max(1, Math.floor(MOST_COLORS / metrics.length)));
}

/** The chart of an exploration, in the viewer's zone. */
export function exploredModel(data: ExploredDto, zone: string): TimeSeriesModel {
  const stackable = isStackable(data.metrics, data.group_by !== null);
  return prepareTimeSeries(explorationSeries(chartedSeries(data).series, data.group_by), {
    from: data.from,
    to: data.to,
    now: data.at,
    stepMs: data.step_ms,
    zone,
    kind: drawnKind(data.as, stackable),
    unit: unitOf(data.metrics),
  });
}
