import { MINUTE } from "../usage/duration";
import { type MetricName, metric } from "../usage/metric";
import { type Point, pointCount, STEP_MS, STEP_TIER, STEPS, type Step } from "../usage/steps";
import { floorBucket, type Range, TIER_KEPT_MS, type Window } from "../usage/window";
import { startOfPeriod } from "../usage/zone";

const MOST_POINTS = 400;
const MOST_READ = 10_000;
const FEWEST_POINTS = 15;
const LEAST_AROUND = 10 * MINUTE;

/**
 * What the chart of an incident shows and has to read for it. `rolled`: each point is the whole window that ends with
 * its bucket, as the rule sees it; else it is the bucket alone. Instants in epoch ms.
 */
export type IncidentChartPlan = Range & { readFrom: number; step: Step; stepMs: number; rolled: boolean };

/** Series to read for a metric: a rate over a window needs both of its counts. */
export function seriesFor(name: MetricName): MetricName[] {
  if (name === "error_rate") return ["errors", "requests"];
  if (name === "throttle_rate") return ["throttled", "requests"];
  return [name];
}

/**
 * The range around an incident, with the window before it that its first point needs, at the finest step that is kept
 * and can be drawn. null for metrics that have no series.
 */
export function planIncidentChart(incident: {
  metric: MetricName;
  window: Window | null;
  startedAt: number;
  resolvedAt: number | null;
  now: number;
}): IncidentChartPlan | null {
  const { window, startedAt, resolvedAt, now } = incident;
  const { kind } = metric(incident.metric);
  if (window === null || kind === "limit" || kind === "age") return null;
  const rolls = kind === "sum" || kind === "ratio";
  const around = Math.max(LEAST_AROUND, window.kind === "sliding" ? window.ms : 0);
  const from = startedAt - around;
  const to = Math.min(now, (resolvedAt ?? now) + around / 2);
  const fitting = STEPS.filter((step) => fits(STEP_MS[step], window, rolls));
  // A percentile of a bucket comes closer to that of its window the longer the bucket is.
  if (!rolls) fitting.reverse().sort((a, b) => Number(isCoarse(a)) - Number(isCoarse(b)));
  function isCoarse(step: Step): boolean {
    return pointCount(step, from, to) < FEWEST_POINTS;
  }
  for (const step of fitting) {
    const stepMs = STEP_MS[step];
    const start = floorBucket(from, stepMs);
    const readFrom = rolls ? windowStart(window, start + stepMs) : start;
    if (pointCount(step, start, to) > MOST_POINTS && step !== fitting.at(-1)) continue;
    // The newest part of an incident that lasts too long says less than its beginning.
    const end = Math.min(to, start + MOST_POINTS * stepMs);
    if (pointCount(step, readFrom, end) > MOST_READ || readFrom < now - TIER_KEPT_MS[STEP_TIER[step]])
      continue;
    return { from: start, to: end, readFrom: floorBucket(readFrom, stepMs), step, stepMs, rolled: rolls };
  }
  return null;
}

/** The points of the chart: windows rolled over the read series, in the order of `seriesFor`. */
export function incidentPoints(
  plan: IncidentChartPlan,
  window: Window,
  series: readonly (readonly Point[])[],
): Point[] {
  const [values = [], wholes] = series;
  if (!plan.rolled) return values.filter(([at]) => at >= plan.from && at < plan.to);
  const sums = runningSums(values);
  const wholeSums = wholes === undefined ? null : runningSums(wholes);
  const points: Point[] = [];
  for (let at = plan.from; at < plan.to; at += plan.stepMs) {
    const range = { from: windowStart(window, at + plan.stepMs), to: at + plan.stepMs };
    const value = sums(range);
    const whole = wholeSums?.(range);
    points.push([at, whole === undefined ? value : whole === 0 ? null : value / whole]);
  }
  return points;
}

/** Those of the lines that went furthest, the furthest first: up, or down where `above` is false. */
export function furthest<L extends { points: readonly Point[] }>(
  lines: readonly L[],
  { above, most }: { above: boolean; most: number },
): L[] {
  const sign = above ? 1 : -1;
  const reach = ({ points }: L) =>
    points.reduce(
      (top, [, value]) => (value === null ? top : Math.max(top, sign * value)),
      Number.NEGATIVE_INFINITY,
    );
  const reached = new Map(lines.map((line) => [line, reach(line)]));
  const of = (line: L) => reached.get(line) ?? Number.NEGATIVE_INFINITY;
  return lines.toSorted((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a))).slice(0, most);
}

/** Where the window begins whose last bucket ends at `end`. */
function windowStart(window: Window, end: number): number {
  return window.kind === "sliding" ? end - window.ms : startOfPeriod(window.period, window.zone, end - 1);
}

/** Whether windows are made of whole steps; calendar edges may lie at any quarter of an hour. */
function fits(stepMs: number, window: Window, rolls: boolean): boolean {
  if (window.kind === "calendar") return stepMs <= 5 * MINUTE;
  return stepMs <= window.ms && (!rolls || window.ms % stepMs === 0);
}

/** The sum of a series' points over any range, each found in the time of a look-up. */
function runningSums(points: readonly Point[]): (range: Range) => number {
  const upTo = [0];
  for (const [, value] of points) upTo.push((upTo.at(-1) ?? 0) + (value ?? 0));
  const first = points[0]?.[0] ?? 0;
  const stepMs = (points[1]?.[0] ?? first + 1) - first;
  const index = (at: number) => Math.min(points.length, Math.max(0, Math.round((at - first) / stepMs)));
  return ({ from, to }) => (upTo[index(to)] ?? 0) - (upTo[index(from)] ?? 0);
}
