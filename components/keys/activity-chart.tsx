"use client";

import { memo, type ReactNode, useMemo, useRef } from "react";
import { TimeSeriesChart } from "@/components/charts/time-series-chart";
import { useAtMostEvery } from "@/components/charts/use-at-most-every";
import { useZoom } from "@/components/charts/use-zoom";
import { useNow, useZone } from "@/components/ui/viewer";
import { type Level, levelIn } from "@/lib/domain/charts/levels";
import { rangeQuery, resolveRange, type TimeRange } from "@/lib/domain/charts/range";
import { type PrepareOptions, prepareTimeSeries, type Span } from "@/lib/domain/charts/time-series";
import type { ActivityBucket } from "@/lib/domain/live/buckets";
import type { Build } from "./activity-model";
import { levelWords } from "./level-words";

/** How often a chart moves on by itself: ten times a bucket is smooth enough, and drawing is what costs the most. */
const movesEvery = (stepMs: number) => Math.min(30_000, Math.max(2_000, stepMs / 10));
/** A busy installation changes its buckets several times a second. */
const DRAWN_EVERY_MS = 1_000;
/** More lines than these would hide the data. */
const MOST_LEVELS = 6;

const Chart = memo(TimeSeriesChart);
const NOTHING: readonly never[] = [];

/** A chart of a range's buckets that moves on with the clock. `build`, `levels` and `spans` must stay the same object. */
export function ActivityChart({
  buckets: latest,
  of = "",
  stepMs,
  range,
  build,
  title,
  kind,
  unit,
  perSecond = false,
  height,
  legend = true,
  levels = NOTHING,
  spans = NOTHING,
  menu,
  below,
}: {
  buckets: readonly ActivityBucket[];
  /** What they are of beside the range; of something else they are drawn at once. */
  of?: string;
  stepMs: number;
  range: TimeRange;
  build: Build;
  title: string;
  kind: PrepareOptions["kind"];
  unit: PrepareOptions["unit"];
  perSecond?: boolean;
  height: number;
  legend?: boolean;
  /** Rules' thresholds and limits of what the chart shows. */
  levels?: readonly Level[];
  spans?: readonly Span[];
  menu?: ReactNode;
  below?: ReactNode;
}) {
  const zone = useZone();
  // Words and numbers go first; charts follow when there is time.
  const buckets = useAtMostEvery(latest, `${rangeQuery(range)} ${stepMs} ${of}`, DRAWN_EVERY_MS);
  // An event may be in a bucket that began after the clock's last tick.
  const now = Math.max(useNow(movesEvery(stepMs)), buckets.at(-1)?.at ?? 0);
  const previousMax = useRef<number | undefined>(undefined);
  const model = useMemo(() => {
    const { from, to } = resolveRange(range, now);
    const scale = perSecond
      ? { kind: "second" as const }
      : unit === "tokens" || unit === "usd" || unit === "count"
        ? { kind: "step" as const, stepMs }
        : { kind: "value" as const };
    return prepareTimeSeries(build(buckets, { from, to, stepMs }), {
      from,
      to,
      now,
      stepMs,
      zone,
      kind,
      unit,
      perSecond,
      spans,
      thresholds: levels.slice(0, MOST_LEVELS).flatMap((level) => {
        const value = levelIn(level, scale, now);
        return value === null ? [] : [{ value, severity: level.severity, label: levelWords(level) }];
      }),
      previousMax: previousMax.current,
    });
  }, [buckets, stepMs, range, now, zone, build, kind, unit, perSecond, levels, spans]);
  previousMax.current = model.yMax;
  const zoom = useZoom(stepMs);
  return (
    <Chart
      model={model}
      title={title}
      height={height}
      legend={legend}
      cursor="page"
      onZoom={zoom}
      menu={menu}
      below={below}
    />
  );
}
