import { usePlotArea, useYAxisScale } from "recharts";

/** A line across the plot at each tick of the value axis. */
export function PlotGrid({ ticks }: { ticks: readonly number[] }) {
  const area = usePlotArea();
  const y = useYAxisScale();
  if (area === undefined || y === undefined) return null;
  return (
    <path d={ticks.map((tick) => `M${area.x} ${y(tick)}h${area.width}`).join("")} stroke="var(--line)" />
  );
}
