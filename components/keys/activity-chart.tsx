"use client";

import { memo, useDeferredValue, useMemo, useRef } from "react";
import { TimeSeriesChart } from "@/components/charts/time-series-chart";
import { useZoom } from "@/components/charts/use-zoom";
import { useNow, useZone } from "@/components/ui/viewer";
import { resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import { type PrepareOptions, prepareTimeSeries, type SeriesInput } from "@/lib/domain/charts/time-series";
import type { ActivityBucket } from "@/lib/domain/live/buckets";

type Build = (
  buckets: readonly ActivityBucket[],
  on: { from: number; to: number; stepMs: number },
) => SeriesInput[];

/** How often a chart moves on by itself: ten times a bucket is smooth enough, and drawing is what costs the most. */
const movesEvery = (stepMs: number) => Math.min(30_000, Math.max(2_000, stepMs / 10));

const Chart = memo(TimeSeriesChart);

/** A chart of a range's buckets that moves on with the clock. `build` must be the same function each time. */
export function ActivityChart({
  buckets: latest,
  stepMs,
  range,
  build,
  title,
  kind,
  unit,
  perSecond = false,
  height,
  legend = true,
}: {
  buckets: readonly ActivityBucket[];
  stepMs: number;
  range: TimeRange;
  build: Build;
  title: string;
  kind: PrepareOptions["kind"];
  unit: PrepareOptions["unit"];
  perSecond?: boolean;
  height: number;
  legend?: boolean;
}) {
  const zone = useZone();
  // Words and numbers go first; charts follow when there is time.
  const buckets = useDeferredValue(latest);
  // An event may be in a bucket that began after the clock's last tick.
  const now = Math.max(useNow(movesEvery(stepMs)), buckets.at(-1)?.at ?? 0);
  const previousMax = useRef<number | undefined>(undefined);
  const model = useMemo(() => {
    const { from, to } = resolveRange(range, now);
    return prepareTimeSeries(build(buckets, { from, to, stepMs }), {
      from,
      to,
      now,
      stepMs,
      zone,
      kind,
      unit,
      perSecond,
      previousMax: previousMax.current,
    });
  }, [buckets, stepMs, range, now, zone, build, kind, unit, perSecond]);
  previousMax.current = model.yMax;
  const zoom = useZoom(stepMs);
  return <Chart model={model} title={title} height={height} legend={legend} cursor="page" onZoom={zoom} />;
}
