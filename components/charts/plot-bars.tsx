import { useMemo } from "react";
import { DefaultZIndexes, useXAxisScale, useYAxisScale, ZIndexLayer } from "recharts";
import { type BarPart, barParts } from "@/lib/domain/charts/bars";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";

/** Stacked bars of `width` px, each around its bucket's start: one path a series, however many bars it has. */
export function PlotBars({ model: { rows, series }, width }: { model: TimeSeriesModel; width: number }) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  const stack = useMemo(() => barParts(rows, series), [rows, series]);
  if (x === undefined || y === undefined) return null;
  const box = ({ at, from, to }: BarPart) =>
    `M${Number(x(at)) - width / 2} ${y(from)}V${y(to)}h${width}V${y(from)}Z`;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.bar}>
      {series.map(({ key, color }, index) => (
        <path key={key} d={stack[index]?.map(box).join("")} fill={`var(${color})`} fillOpacity={0.85} />
      ))}
    </ZIndexLayer>
  );
}
