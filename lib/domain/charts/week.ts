import type { Point } from "../usage/steps";
import { wallTime } from "../usage/zone";

/** The mean of a metric in each hour of the week, in a zone: `hours[weekday][hour]`, Monday first; null without data. */
export type WeekModel = { hours: (number | null)[][]; max: number };

/**
 * Folds hourly points into a week. An hour that the clock repeats counts as two of that name, one that it leaves out is
 * simply missing: the mean is of what there was.
 */
export function foldWeek(points: readonly Point[], zone: string): WeekModel {
  const sums = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => ({ sum: 0, count: 0 })));
  for (const [at, value] of points) {
    if (value === null) continue;
    const { weekday, hour } = wallTime(zone, at);
    const cell = sums[(weekday + 6) % 7]?.[hour];
    if (cell === undefined) continue;
    cell.sum += value;
    cell.count += 1;
  }
  const hours = sums.map((day) => day.map(({ sum, count }) => (count === 0 ? null : sum / count)));
  return { hours, max: Math.max(0, ...hours.flat().map((value) => value ?? 0)) };
}
