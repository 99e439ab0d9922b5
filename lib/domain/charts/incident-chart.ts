import { DAY, HOUR, MINUTE } from "../usage/duration";
import { type MetricName, metric } from "../usage/metric";
import { type Point, pointCount, STEP_MS, STEP_TIER, STEPS, type Step } from "../usage/steps";
import { ceilBucket, FINEST, floorBucket, type Range, TIER_KEPT_MS, type Window } from "../usage/window";
import { startOfPeriod } from "../usage/zone";

const MOST_POINTS = 400;
const MOST_READ = 10_000;
const LEAST_AROUND = 10 * MINUTE;
/** Of a replay, where every step is taken. */
const MOST_AROUND = HOUR;
const MOST_REPLAYED = 2 * DAY;

/** What the chart of an incident shows, a point a step. Instants in epoch ms. */
export type IncidentChartSpan = Range & { stepMs: number };

/** With the series to read for it: each point is the whole window that ends with its bucket, as the rule sees it. */
export type IncidentChartPlan = IncidentChartSpan & { readFrom: number; step: Step };

interface Incident {
  metric: MetricName;
  window: Window | null;
  startedAt: number;
  resolvedAt: number | null;
  now: number;
}

/** Series to read for a metric: a rate over a window needs both of its counts. */
export function seriesFor(name: MetricName): MetricName[] {
  if (name === "error_rate") return ["errors", "requests"];
  if (name === "throttle_rate") return ["throttled", "requests"];
  return [name];
}

/** Whether windows of the metric add up from the points of its series; else its rule has to be stepped through history. */
function addsUp(name: MetricName): boolean {
  const { kind } = metric(name);
  return kind === "sum" || kind === "ratio";
}

/**
 * The range around an incident, with the window before it that its first point needs, at the finest step that is kept
 * and can be drawn. null for metrics that do not add up, and for what is no longer kept.
 */
export function planIncidentChart(incident: Incident): IncidentChartPlan | null {
  const { window, startedAt, now } = incident;
  if (window === null || !addsUp(incident.metric)) return null;
  const around = Math.max(LEAST_AROUND, lengthOf(window));
  const from = startedAt - around;
  const to = endOf(incident, around);
  const fitting = STEPS.filter((step) => fits(STEP_MS[step], window));
  for (const step of fitting) {
    const stepMs = STEP_MS[step];
    const start = floorBucket(from, stepMs);
    const readFrom = windowStart(window, start + stepMs);
    if (pointCount(step, start, to) > MOST_POINTS && step !== fitting.at(-1)) continue;
    // The newest part of an incident that lasts too long says less than its beginning.
    const end = Math.min(to, start + MOST_POINTS * stepMs);
    if (pointCount(step, readFrom, end) > MOST_READ || readFrom < now - TIER_KEPT_MS[STEP_TIER[step]])
      continue;
    return { from: start, to: end, readFrom: floorBucket(readFrom, stepMs), step, stepMs };
  }
  return null;
}

/** The range around an incident to step its rule through again; null where that is not kept, from `keptFrom` on. */
export function planReplay(incident: Incident & { keptFrom: number }): IncidentChartSpan | null {
  const { window, startedAt, keptFrom } = incident;
  const around = Math.min(MOST_AROUND, Math.max(LEAST_AROUND, window === null ? 0 : lengthOf(window)));
  const from = startedAt - around;
  const to = Math.min(endOf(incident, around), from + MOST_REPLAYED);
  const stepMs = ceilBucket((to - from) / (MOST_POINTS - 1), FINEST);
  const start = floorBucket(from, stepMs);
  return start < keptFrom ? null : { from: start, to, stepMs };
}

/** The points of the chart: windows rolled over the read series, in the order of `seriesFor`. */
export function incidentPoints(
  plan: IncidentChartPlan,
  window: Window,
  series: readonly (readonly Point[])[],
): Point[] {
  const [values = [], wholes] = series;
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

/** What the rule read at an instant, as it was stored. */
export type Recorded = { at: number; value: number };

/**
 * Replayed points with what fired in them: where a rule read more than the replay does (or less, for rules that fire
 * below), its own word stands. `differs` where that is by more than a fifth: less comes from where in its bucket it fired.
 */
export function withRecorded(
  { from, to, stepMs }: IncidentChartSpan,
  points: readonly Point[],
  recorded: readonly Recorded[],
  above: boolean,
): { points: Point[]; differs: boolean } {
  const count = Math.ceil((to - from) / stepMs);
  const found = Array.from({ length: count }, (_, i): Point => [from + i * stepMs, points[i]?.[1] ?? null]);
  let differs = false;
  for (const { at, value } of recorded) {
    const point = found[Math.floor((at - from) / stepMs)];
    if (point === undefined) continue;
    const [, replayed] = point;
    const beyond = replayed === null ? Number.POSITIVE_INFINITY : above ? value - replayed : replayed - value;
    if (beyond <= 0) continue;
    point[1] = value;
    differs ||= beyond > Math.abs(value) / 5;
  }
  return { points: found, differs };
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

const lengthOf = (window: Window): number => (window.kind === "sliding" ? window.ms : 0);

const endOf = ({ resolvedAt, now }: Incident, around: number): number =>
  Math.min(now, (resolvedAt ?? now) + around / 2);

/** Where the window begins whose last bucket ends at `end`. */
function windowStart(window: Window, end: number): number {
  return window.kind === "sliding" ? end - window.ms : startOfPeriod(window.period, window.zone, end - 1);
}

/** Whether windows are made of whole steps; calendar edges may lie at any quarter of an hour. */
function fits(stepMs: number, window: Window): boolean {
  if (window.kind === "calendar") return stepMs <= 5 * MINUTE;
  return stepMs <= window.ms && window.ms % stepMs === 0;
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
