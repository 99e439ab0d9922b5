import { type MetricName, metric } from "../usage/metric";
import { OUTCOMES, type Outcome } from "../usage/outcome";
import type { Point } from "../usage/steps";
import { type ColorToken, OUTCOME_LOOK, seriesColor } from "./series-look";
import type { ChartKind, SeriesInput } from "./time-series";
import { METRIC_COLORS } from "./usage-series";

/** How an exploration can be shown. */
export const EXPLORE_KINDS = ["line", "area", "bar", "table"] as const;
export type ExploreKind = (typeof EXPLORE_KINDS)[number];

/** One metric of one group (null: of none, or of all). `others`: it stands for all groups that are not told apart. */
export type ExploredSeries = {
  metric: MetricName;
  group: string | null;
  label: string;
  others: boolean;
  points: readonly Point[];
  /** Over the whole range: a sum, or a ratio's own value; null where neither makes sense. */
  total: number | null;
};

const isSum = (name: MetricName) => metric(name).kind === "sum";

/** What is an input or an output adds up; any other two metrics count something twice. */
const PARTS: readonly MetricName[] = ["input_tokens", "output_tokens"];

/** Whether values of these metrics, and of their groups, may stand on top of each other. */
export function isStackable(metrics: readonly MetricName[], grouped: boolean): boolean {
  if (metrics.length > 1) return metrics.every((name) => PARTS.includes(name));
  return !grouped || metrics.every(isSum);
}

/** The kind a chart can be drawn as: what cannot be stacked is drawn as lines. */
export function drawnKind(kind: ExploreKind, stackable: boolean): ChartKind {
  return kind === "table" || (kind !== "line" && !stackable) ? "line" : kind;
}

/** What a metric comes to over the range: a sum, or a ratio weighed by `requests` (by bucket start). */
export function totalOf(
  name: MetricName,
  points: readonly Point[],
  requests: ReadonlyMap<number, number>,
): number | null {
  if (isSum(name)) return points.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  if (metric(name).kind !== "ratio") return null;
  let weight = 0;
  let sum = 0;
  for (const [at, value] of points) {
    const count = requests.get(at) ?? 0;
    if (value === null) continue;
    weight += count;
    sum += value * count;
  }
  return weight === 0 ? null : sum / weight;
}

/**
 * The first `most` groups of series in order of rank. Of sums the rest is added up as "All others"; of everything else it
 * is left out, which `leftOut` says.
 */
export function keepLargest(
  series: readonly ExploredSeries[],
  most: number,
): { series: ExploredSeries[]; leftOut: boolean } {
  const groups = [...new Set(series.filter(({ others }) => !others).map(({ group }) => group))];
  if (groups.length <= most) return { series: [...series], leftOut: false };
  const kept = new Set(groups.slice(0, most));
  const isKept = ({ group, others }: ExploredSeries) => !others && kept.has(group);
  const names = [...new Set(series.map((one) => one.metric))];
  const rest = names.filter(isSum).map((name) => {
    const parts = series.filter((one) => one.metric === name && !isKept(one));
    return othersOf(name, sumPoints(parts.map(({ points }) => points)));
  });
  return {
    series: [...series.filter(isKept), ...rest],
    leftOut: !names.every(isSum),
  };
}

/** The series of all groups that are not told apart. */
export const othersOf = (name: MetricName, points: readonly Point[]): ExploredSeries => ({
  metric: name,
  group: null,
  label: "All others",
  others: true,
  points,
  total: points.reduce((sum, [, value]) => sum + (value ?? 0), 0),
});

function sumPoints(all: readonly (readonly Point[])[]): Point[] {
  const sums = new Map<number, number>();
  for (const points of all)
    for (const [at, value] of points) sums.set(at, (sums.get(at) ?? 0) + (value ?? 0));
  return [...sums];
}

/** What is left of `whole` (sums at the same instants) without its parts; null where nothing is. */
export function remainder(whole: readonly Point[], parts: readonly (readonly Point[])[]): Point[] | null {
  const known = new Map(sumPoints(parts));
  // Money has six decimals; what differs below that is the sum's own error.
  const rest = whole.map(([at, value]): Point => {
    const left = Math.round(((value ?? 0) - (known.get(at) ?? 0)) * 1e6) / 1e6;
    return [at, Math.max(0, left)];
  });
  return rest.some(([, value]) => value !== 0) ? rest : null;
}

/** Told apart by an id of its own: a group may be called like another's label. */
export const seriesKey = ({ metric: name, group, others }: ExploredSeries): string =>
  `${name} ${others ? "others" : group === null ? "none" : `is ${group}`}`;

/**
 * Explored series as a chart draws them, each in its colour: outcomes in theirs and in their one order, a metric alone in
 * its own, groups by rank.
 */
export function explorationSeries(
  explored: readonly ExploredSeries[],
  groupBy: string | null,
): SeriesInput[] {
  const metrics = new Set(explored.map((one) => one.metric));
  const byOutcome = groupBy === "outcome" && metrics.size === 1;
  const ordered = byOutcome
    ? explored.toSorted((a, b) => outcomeRank(a.group) - outcomeRank(b.group))
    : explored;
  return ordered.map((one, index) => ({
    key: seriesKey(one),
    label: groupBy === null || metrics.size === 1 ? one.label : `${metric(one.metric).label} · ${one.label}`,
    color: colorOf(one, groupBy, byOutcome, index),
    points: one.points,
  }));
}

function colorOf(one: ExploredSeries, groupBy: string | null, byOutcome: boolean, index: number): ColorToken {
  if (one.others) return "--series-rest";
  if (byOutcome) return OUTCOME_LOOK[one.group as Outcome]?.color ?? seriesColor(index);
  return (groupBy === null ? METRIC_COLORS[one.metric] : undefined) ?? seriesColor(index);
}

const outcomeRank = (group: string | null) => {
  const rank = (OUTCOMES as readonly (string | null)[]).indexOf(group);
  return rank < 0 ? OUTCOMES.length : rank;
};

/** What a series comes to. Mean and last are of whole buckets, null where there is none. */
export type SeriesSummary = {
  total: number | null;
  mean: number | null;
  max: number | null;
  last: number | null;
};

/** Buckets that began after `now` do not count, and the one still filling counts for the total and the maximum alone. */
export function summaryOf(
  { points, total }: ExploredSeries,
  { now, stepMs }: { now: number; stepMs: number },
): SeriesSummary {
  const begun = points.filter(([at]) => at <= now);
  const whole = begun.flatMap(([at, value]) => (value === null || at + stepMs > now ? [] : [value]));
  const values = begun.flatMap(([, value]) => (value === null ? [] : [value]));
  return {
    total,
    mean: whole.length === 0 ? null : whole.reduce((sum, value) => sum + value, 0) / whole.length,
    max: values.length === 0 ? null : values.reduce((max, value) => Math.max(max, value)),
    last: whole.at(-1) ?? null,
  };
}
