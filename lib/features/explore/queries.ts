import {
  type ExploredSeries,
  keepLargest,
  othersOf,
  remainder,
  totalOf,
} from "@/lib/domain/charts/exploration";
import { type Exploration, explorationParams, stepsFor } from "@/lib/domain/charts/exploration-query";
import { resolveRange } from "@/lib/domain/charts/range";
import { metric } from "@/lib/domain/usage/metric";
import { DEFAULT_POINTS, defaultStep, STEP_MS } from "@/lib/domain/usage/steps";
import { floorBucket } from "@/lib/domain/usage/window";
import { parseQuery } from "@/lib/errors";
import type { UsageSeries } from "../usage/schemas";
import { getUsage } from "../usage/series";
import { groupLabels } from "./labels";
import type { ExploredDto } from "./schemas";

/** Groups that are told apart; a chart shows fewer, the table under it all of them. */
const MOST_GROUPS = 50;
/** Bars need more room than lines. */
const MOST_BARS = 100;

/** GET /explore. Throws `invalid` naming the parameter. */
export const exploreOf = (params: URLSearchParams): Promise<ExploredDto> =>
  explore(parseQuery(explorationParams, params));

/** What an exploration shows: GET /usage with names, the largest groups first. Throws `invalid` naming the parameter. */
export async function explore(exploration: Exploration, now: number = Date.now()): Promise<ExploredDto> {
  const { metrics, filters, groupBy, kind } = exploration;
  const { from, to } = resolveRange(exploration.range, now);
  const most = kind === "bar" ? MOST_BARS : DEFAULT_POINTS;
  const step = exploration.step ?? defaultStep(from, to, now, stepsFor(groupBy)[0], most);
  const scope = Object.fromEntries(
    Object.entries(filters).map(([name, values]) => [name, name === "key" ? values : values[0]]),
  );
  const ask = async (extra: object, names: readonly string[]) =>
    (await getUsage({ ...scope, from: String(from), to: String(to), step, metric: names, ...extra }, now))
      .series;
  // Keys can be many: the largest are read, and the rest is what is missing from all.
  const top = groupBy === "key" && filters.key === undefined ? { top: MOST_GROUPS } : {};
  const sums = metrics.filter((name) => metric(name).kind === "sum");
  const [read, whole] = await Promise.all([
    // Requests rank the groups, and weigh ratios.
    ask({ ...(groupBy !== null && { group_by: groupBy }), ...top }, [...new Set([...metrics, "requests"])]),
    "top" in top ? ask({}, sums.length > 0 ? sums : ["requests"]) : null,
  ]);
  const named = await toExplored(read, exploration);
  const kept = keepLargest(named, MOST_GROUPS);
  const rest = whole === null ? [] : restOf(whole, read, sums);
  return {
    at: now,
    from: floorBucket(from, STEP_MS[step]),
    to,
    step_ms: STEP_MS[step],
    metrics,
    group_by: groupBy,
    as: kind,
    series: [...kept.series, ...rest],
    left_out: kept.leftOut || (whole !== null && sums.length === 0 && read.length >= MOST_GROUPS),
  };
}

/** What the keys that were not read used together. */
function restOf(
  whole: readonly UsageSeries[],
  read: readonly UsageSeries[],
  sums: Exploration["metrics"],
): ExploredSeries[] {
  return sums.flatMap((name) => {
    const all = whole.find((one) => one.metric === name)?.points ?? [];
    const rest = remainder(
      all,
      read.filter((one) => one.metric === name).map(({ points }) => points),
    );
    return rest === null ? [] : [othersOf(name, rest)];
  });
}

/** The asked-for metrics of every group, in the order of the groups' size: by the first metric, or by requests. */
async function toExplored(
  read: readonly UsageSeries[],
  { metrics, groupBy }: Exploration,
): Promise<ExploredSeries[]> {
  const groups = [...new Set(read.map(({ group }) => group))];
  const labels = await groupLabels(groupBy, groups);
  const byName = new Map(read.map((one) => [JSON.stringify([one.metric, one.group]), one.points]));
  const of = (group: string | null, name: string) => byName.get(JSON.stringify([name, group])) ?? [];
  const explored = groups.map((group) => {
    const requests = new Map(of(group, "requests").map(([at, value]) => [at, value ?? 0]));
    const series = metrics.map((name): ExploredSeries => {
      const points = of(group, name);
      const total = totalOf(name, points, requests);
      const label = groupBy === null ? metric(name).label : (labels.get(group) ?? "");
      return { metric: name, group, label, others: false, points, total };
    });
    const [first] = series;
    const isSum = first !== undefined && metric(first.metric).kind === "sum";
    const size = isSum ? (first.total ?? 0) : [...requests.values()].reduce((sum, count) => sum + count, 0);
    return { series, size };
  });
  const ranked = explored.sort((a, b) => b.size - a.size);
  return metrics.flatMap((_, index) => ranked.flatMap(({ series }) => series.slice(index, index + 1)));
}
