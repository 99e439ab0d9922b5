import type { TimeSeriesModel } from "./time-series";

/** A series' part of a stack, in the chart's unit; `at` is its bucket's start. */
export type BarPart = { at: number; from: number; to: number };

/** Stacks the series of a chart in their order: each one's parts. What is 0 or unknown has none, nor has a ghost. */
export function barParts(
  rows: TimeSeriesModel["rows"],
  series: readonly Pick<TimeSeriesModel["series"][number], "ghost">[],
): BarPart[][] {
  const parts: BarPart[][] = series.map(() => []);
  for (const { at, values } of rows) {
    let height = 0;
    for (const [index, { ghost }] of series.entries()) {
      const value = ghost ? 0 : (values[index] ?? 0);
      if (value === 0) continue;
      parts[index]?.push({ at, from: height, to: height + value });
      height += value;
    }
  }
  return parts;
}
