import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";

/**
 * Where a threshold's words stand: away from those of a mark and of a threshold close above, and above their line where
 * below it the time axis begins.
 */
export function thresholdWords({ marks, thresholds, yMax }: TimeSeriesModel, value: number, middle: number) {
  const isMarkedLate = marks.some(({ at }) => at >= middle);
  const isCrowded = thresholds.some((other) => other.value > value && other.value - value < yMax * 0.08);
  const side = isMarkedLate === isCrowded ? "Right" : "Left";
  return value < yMax * 0.15 ? (`insideBottom${side}` as const) : (`insideTop${side}` as const);
}

/** Where a mark's word stands: turned inwards where it would leave the chart, and away from a mark that is close. */
export function markWords(
  { marks }: TimeSeriesModel,
  at: number,
  { first, last }: { first: number; last: number },
) {
  const close = (last - first) * 0.12;
  if (marks.some((other) => other.at > at && other.at - at < close)) return "insideTopRight";
  if (marks.some((other) => other.at < at && at - other.at < close)) return "insideTopLeft";
  return at < (first + last) / 2 ? "insideTopLeft" : "insideTopRight";
}
