import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import { emptyValue, type MetricName } from "./metric";
import { floorBucket, type Range, TIER_KEPT_MS, type Tier } from "./window";

/** The distances between the points of a series, finest first. */
export const STEPS = ["10s", "1m", "5m", "1h", "1d"] as const;
export type Step = (typeof STEPS)[number];

export const STEP_MS: Record<Step, number> = {
  "10s": 10 * SECOND,
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "1h": HOUR,
  "1d": DAY,
};

/** The coarsest tier whose buckets make up a step. */
export const STEP_TIER: Record<Step, Tier> = {
  "10s": "10s",
  "1m": "minute",
  "5m": "minute",
  "1h": "hour",
  "1d": "hour",
};

/** Points that a default step may give, and that an asked-for step may. */
export const DEFAULT_POINTS = 400;
export const MAX_POINTS = 20_000;

/** The grid of a series: `count` points from `from` (on the step's UTC grid) up to, not including, `to`. */
export type Grid = Range & { step: Step; stepMs: number; tier: Tier; count: number };

/** A point of a series: the bucket's start in epoch ms, and its value. */
export type Point = [at: number, value: number | null];

/** How many points a step gives over [from, to), `from` floored to the step. */
export function pointCount(step: Step, from: number, to: number): number {
  const size = STEP_MS[step];
  return Math.max(0, Math.ceil((to - floorBucket(from, size)) / size));
}

/**
 * The finest step with at most `most` points whose tier still keeps the whole range, `atLeast` or coarser; a day when
 * there is none.
 */
export function defaultStep(
  from: number,
  to: number,
  now: number,
  atLeast: Step = "10s",
  most: number = DEFAULT_POINTS,
): Step {
  const candidates = STEPS.slice(STEPS.indexOf(atLeast));
  const fits = (step: Step) => pointCount(step, from, to) <= most && isKept(step, from, now);
  return candidates.find(fits) ?? "1d";
}

/**
 * The grid for GET /usage. Throws RangeError, with a message about `step`, when an asked-for step is finer than what
 * is kept of the range, finer than `atLeast`, or gives too many points.
 */
export function grid(query: Range & { step?: Step | undefined; now: number; atLeast?: Step }): Grid {
  const { from, to, now, atLeast = "10s" } = query;
  const step = query.step ?? defaultStep(from, to, now, atLeast);
  if (STEPS.indexOf(step) < STEPS.indexOf(atLeast)) throw new RangeError(`must be ${atLeast} or more`);
  // Even days cannot cover everything: the coarsest step is never refused for its age.
  if (step !== "1d" && !isKept(step, from, now)) {
    const days = TIER_KEPT_MS[STEP_TIER[step]] / DAY;
    throw new RangeError(`${step} is kept for ${days} days only: take a coarser step or a later start`);
  }
  const count = pointCount(step, from, to);
  if (count > MAX_POINTS) {
    throw new RangeError(
      `${step} would give ${count} points, at most ${MAX_POINTS} are possible: take a coarser step`,
    );
  }
  const stepMs = STEP_MS[step];
  return { step, stepMs, tier: STEP_TIER[step], from: floorBucket(from, stepMs), to, count };
}

/** The instants of a grid's points, ascending. */
export function pointTimes({ from, stepMs, count }: Pick<Grid, "from" | "stepMs" | "count">): number[] {
  return Array.from({ length: count }, (_, index) => from + index * stepMs);
}

/** A point for every step of the grid: what `valueAt` knows of its start, else 0 for sums and null for the rest. */
export function fill(
  on: Pick<Grid, "from" | "stepMs" | "count">,
  valueAt: (at: number) => number | null | undefined,
  metric: MetricName,
): Point[] {
  const empty = emptyValue(metric);
  return pointTimes(on).map((at) => [at, valueAt(at) ?? empty]);
}

function isKept(step: Step, from: number, now: number): boolean {
  // Flooring may reach one step before an edge that is itself still kept.
  return from >= now - TIER_KEPT_MS[STEP_TIER[step]];
}
