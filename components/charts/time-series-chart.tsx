"use client";

import { clsx } from "clsx";
import dynamic from "next/dynamic";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { chartCsv } from "@/lib/domain/charts/chart-csv";
import { type TimeSeriesModel, withoutSeries } from "@/lib/domain/charts/time-series";
import { ChartLegend } from "./chart-legend";
import { ChartTable } from "./chart-table";
import { ChartMenu } from "./download";
import { useWidth } from "./use-width";

// The drawing library comes after the page's own words and numbers.
const TimeSeriesPlot = dynamic(() => import("./time-series-plot").then((module) => module.TimeSeriesPlot), {
  ssr: false,
});

/**
 * Draws a prepared time series: stacked areas or lines, with a legend whose entries switch all other series off (with
 * Alt: their own), a tooltip, thresholds, the same numbers as a table and as CSV, and itself as PNG. Its height never changes.
 */
export function TimeSeriesChart({
  model,
  title,
  height = 240,
  legend = true,
  empty = "Nothing in this range.",
  cursor,
  onZoom,
  menu,
  below,
  className,
}: {
  model: TimeSeriesModel;
  /** What the chart shows: "Requests per second, by outcome". */
  title: string;
  height?: number;
  legend?: boolean;
  empty?: string;
  /** Charts of one name show their tooltips at the same instant. */
  cursor?: string | undefined;
  /** Called with the first and the last bucket of what was dragged over; without it, dragging does nothing. */
  onZoom?: ((from: number, to: number) => void) | undefined;
  /** Further items of the chart's menu. */
  menu?: ReactNode;
  /** What stands under the plot, as wide as the chart: bands and marks on its time axis. */
  below?: ReactNode;
  className?: string;
}) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const shown = useMemo(() => withoutSeries(model, hidden), [model, hidden]);

  function toggle(key: string, alone: boolean) {
    setHidden((current) => {
      if (alone) {
        const others = model.series.map((series) => series.key).filter((other) => other !== key);
        const isAlone = !current.has(key) && others.every((other) => current.has(other));
        return new Set(isAlone ? [] : others);
      }
      const next = new Set(current);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }

  return (
    <figure aria-label={title} className={clsx("min-w-0", className)}>
      <div className="mb-1 flex min-h-7 items-start justify-between gap-3">
        {legend ? <ChartLegend model={model} hidden={hidden} onToggle={toggle} /> : <span />}
        <span className="-mr-1 flex">
          <ChartTable model={model} title={title} />
          <ChartMenu title={title} csv={() => chartCsv(shown)} figure={box} legend={shown.series}>
            {menu}
          </ChartMenu>
        </span>
      </div>
      <div ref={box} className="relative" style={{ height }}>
        {width > 0 && (
          <TimeSeriesPlot
            model={shown}
            width={width}
            height={height}
            title={title}
            cursor={cursor}
            onZoom={onZoom}
          />
        )}
        {model.empty && (
          <p className="pointer-events-none absolute inset-0 grid place-items-center pb-6 text-fg-3">
            <span className="rounded-md bg-surface px-2 py-1">{empty}</span>
          </p>
        )}
      </div>
      {below}
    </figure>
  );
}
