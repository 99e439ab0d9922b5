"use client";

import { type Key, useMemo, useState } from "react";
import { Area, ComposedChart, Line, ReferenceArea, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { useTimes } from "@/components/ui/viewer";
import type { ChartRow, TimeSeriesModel } from "@/lib/domain/charts/time-series";
import { axisValue, tickLabel } from "./chart-format";
import { ChartTooltip } from "./chart-tooltip";
import { PLOT_LEFT, PLOT_RIGHT } from "./plot-area";
import { PlotBars } from "./plot-bars";
import { PlotGrid } from "./plot-grid";
import { anyKey, valueKey, wholeKey } from "./plot-keys";
import { markWords, thresholdWords } from "./plot-words";

const AXIS = { fill: "var(--fg-3)", fontSize: 11 };
const THRESHOLD_COLORS = {
  critical: { color: "var(--exhausted)", text: "var(--exhausted-text)" },
  warning: { color: "var(--risk)", text: "var(--risk-text)" },
  limit: { color: "var(--fg-2)", text: "var(--fg-2)" },
};
const SPAN_COLORS = { critical: "var(--exhausted)", warning: "var(--risk)", note: "var(--accent)" };
const AXIS_LINE = { stroke: "var(--line-2)" };
const ACTIVE_DOT = { r: 3, strokeWidth: 0 };
const CURSOR = { stroke: "var(--control)", strokeWidth: 1 };
/** Above what is said in place of a chart without values. */
const ABOVE = { zIndex: 1 };
const MARGIN = { top: 8, right: PLOT_RIGHT, bottom: 0, left: 0 };

/** The drawing itself; every decision about what to draw is in the model. */
export function TimeSeriesPlot({
  model,
  width,
  height,
  title,
  cursor,
  onZoom,
}: {
  model: TimeSeriesModel;
  width: number;
  height: number;
  title: string;
  /** Charts of one name show their tooltips at the same instant. */
  cursor?: string | undefined;
  onZoom?: ((from: number, to: number) => void) | undefined;
}) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const times = useTimes();
  const { rows, series, kind, unit } = model;
  const first = rows[0]?.at ?? 0;
  const last = rows.at(-1)?.at ?? 1;
  const filling = model.partialFrom;
  // A bar stands around its bucket's start, so the outermost need half a bucket more.
  const margin = kind === "bar" ? model.stepMs / 2 : 0;
  const x = useMemo(() => {
    const words = new Map(model.xTicks.map((tick) => [tick.at, tickLabel(tick, times)]));
    return {
      domain: [first - margin, last + margin],
      ticks: [...words.keys()],
      tickFormatter: (at: number) => words.get(at) ?? "",
    };
  }, [model.xTicks, times, first, last, margin]);
  const y = useMemo(
    () => ({
      domain: [0, model.yMax],
      ticks: model.yTicks,
      // Broken at a space, a mark would stand over two lines and be cut.
      tickFormatter: (value: number) => axisValue(value, unit).replaceAll(" ", "\u00a0"),
    }),
    [model.yMax, model.yTicks, unit],
  );
  const barSize = Math.max(1, Math.min(48, ((width - PLOT_LEFT) / Math.max(1, rows.length)) * 0.78));
  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={MARGIN}
      title={title}
      accessibilityLayer
      syncId={cursor}
      syncMethod="value"
      onMouseDown={({ activeLabel }) => {
        const at = Number(activeLabel);
        if (onZoom !== undefined && activeLabel !== undefined) setDrag({ from: at, to: at });
      }}
      onMouseMove={({ activeLabel }) => {
        if (drag !== null && activeLabel !== undefined) setDrag({ ...drag, to: Number(activeLabel) });
      }}
      onMouseUp={() => {
        if (drag !== null && drag.from !== drag.to) onZoom?.(drag.from, drag.to);
        setDrag(null);
      }}
      onMouseLeave={() => setDrag(null)}
      // What a click would outline is the whole chart; the keyboard's focus has its ring.
      style={onZoom === undefined ? undefined : { cursor: "crosshair", userSelect: "none" }}
      className="[&_.recharts-surface:focus-visible]:rounded-sm [&_.recharts-surface:focus:not(:focus-visible)]:outline-none [&_path:focus]:outline-none [&_g:focus]:outline-none"
    >
      <PlotGrid ticks={model.yTicks} />
      <XAxis
        dataKey="at"
        type="number"
        scale="linear"
        {...x}
        interval="preserveStart"
        minTickGap={16}
        tick={AXIS}
        tickLine={false}
        axisLine={AXIS_LINE}
        height={26}
        tickMargin={6}
      />
      <YAxis
        {...y}
        tick={AXIS}
        tickLine={false}
        axisLine={false}
        width={PLOT_LEFT}
        tickMargin={6}
        interval={0}
        allowDataOverflow
      />
      {model.spans.map(({ from, to, label, severity }) => (
        <ReferenceArea
          key={`${from} ${label}`}
          x1={from}
          x2={to}
          fill={SPAN_COLORS[severity]}
          fillOpacity={severity === "note" ? 0.1 : 0.08}
          stroke={SPAN_COLORS[severity]}
          strokeOpacity={0.35}
          strokeWidth={from === to ? 1.2 : 0.6}
          strokeDasharray={severity === "note" ? "2 3" : undefined}
          ifOverflow="hidden"
        />
      ))}
      {kind === "bar" && (
        <>
          <PlotBars model={model} width={barSize} />
          {/* Recharts opens its tooltip only where a series of its own has a value. */}
          <Line dataKey={anyKey} hide />
        </>
      )}
      {series.map(({ key, label, color, solid, ghost }, index) =>
        kind === "bar" && !ghost ? null : kind === "area" && !ghost ? (
          <Area
            key={key}
            name={label}
            dataKey={valueKey(index)}
            stackId="all"
            type="linear"
            stroke={solid ? "none" : `var(${color})`}
            strokeWidth={1.4}
            fill={`var(${color})`}
            fillOpacity={solid ? 0.85 : 0.2}
            isAnimationActive={false}
            activeDot={solid ? false : ACTIVE_DOT}
            connectNulls={false}
          />
        ) : (
          <Line
            key={key}
            name={label}
            dataKey={ghost ? valueKey(index) : wholeKey(index)}
            type="linear"
            stroke={`var(${color})`}
            strokeWidth={ghost ? 1.3 : 1.6}
            strokeDasharray={ghost ? "5 4" : undefined}
            dot={loneDots(rows, index, `var(${color})`)}
            isAnimationActive={false}
            activeDot={ACTIVE_DOT}
            connectNulls={false}
          />
        ),
      )}
      {kind === "line" &&
        filling !== null &&
        series.map(({ key, color, ghost }, index) =>
          ghost ? null : (
            <Line
              key={`${key} filling`}
              dataKey={(row: ChartRow) =>
                row.partial || row.at === filling - model.stepMs ? (row.values[index] ?? null) : null
              }
              type="linear"
              stroke={`var(${color})`}
              strokeWidth={1.6}
              strokeDasharray="3 3"
              strokeOpacity={0.75}
              dot={false}
              activeDot={false}
              isAnimationActive={false}
            />
          ),
        )}
      {kind !== "line" && filling !== null && filling > first && (
        <ReferenceArea
          x1={kind === "bar" ? filling - margin : filling - model.stepMs}
          x2={filling + margin}
          fill="var(--surface)"
          fillOpacity={0.6}
          strokeOpacity={0}
          ifOverflow="hidden"
        />
      )}
      {model.thresholds.map((threshold) => {
        const { color, text } = THRESHOLD_COLORS[threshold.severity];
        return (
          <ReferenceLine
            key={`${threshold.severity} ${threshold.value} ${threshold.label}`}
            y={threshold.value}
            stroke={color}
            strokeDasharray="4 3"
            strokeWidth={1.2}
            ifOverflow="hidden"
            label={{
              value: threshold.label,
              position: thresholdWords(model, threshold.value, (first + last) / 2),
              fill: text,
              fontSize: 11,
              offset: 4,
              // Readable where lines pass behind it.
              style: { paintOrder: "stroke", stroke: "var(--surface)", strokeWidth: 4 },
            }}
          />
        );
      })}
      {model.marks.map(({ at, label }) => (
        <ReferenceLine
          key={`${at} ${label}`}
          x={at}
          stroke="var(--fg-2)"
          strokeWidth={1.2}
          label={{
            value: label,
            position: markWords(model, at, { first, last }),
            fill: "var(--fg-2)",
            fontSize: 11,
            offset: 5,
            style: { paintOrder: "stroke", stroke: "var(--surface)", strokeWidth: 4 },
          }}
        />
      ))}
      {drag !== null && drag.from !== drag.to && (
        <ReferenceArea
          x1={drag.from}
          x2={drag.to}
          fill="var(--accent)"
          fillOpacity={0.14}
          stroke="var(--accent)"
          strokeOpacity={0.5}
        />
      )}
      <Tooltip
        content={({ active, label }) => <ChartTooltip model={model} at={active ? Number(label) : null} />}
        cursor={CURSOR}
        includeHidden
        isAnimationActive={false}
        offset={14}
        wrapperStyle={ABOVE}
      />
    </ComposedChart>
  );
}

/** Draws values between gaps, which a line alone would not show; false where there are none. */
function loneDots(rows: readonly ChartRow[], index: number, color: string) {
  const valueAt = (row: number) => rows[row]?.values[index] ?? null;
  const isLone = (row: number) =>
    valueAt(row) !== null && valueAt(row - 1) === null && valueAt(row + 1) === null;
  if (!rows.some((_, row) => isLone(row))) return false;
  return ({ key, index: row, cx, cy }: { key?: Key | null; index?: number; cx?: number; cy?: number }) =>
    row !== undefined && isLone(row) ? (
      <circle key={key} cx={cx} cy={cy} r={2} fill={color} />
    ) : (
      <g key={key} />
    );
}
