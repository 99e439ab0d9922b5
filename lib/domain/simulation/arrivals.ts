import { createRandom, type Random } from "./random";

/*
 * Fitted to the arrival times of the same trace as the tokens (5.53 requests/s over an hour): gaps are Gamma with
 * shape 0.90 in operational time (a renewal process slightly burstier than Poisson), and the intensity wanders as
 * exp(slow + fast), two Gaussian noises. Variance of counts beyond Poisson, relative to the squared mean, in the
 * trace and in the model: 0.070 and 0.070 at 1 s, 0.052 and 0.052 at 10 s, 0.045 and 0.043 at 60 s;
 * Kolmogorov-Smirnov distance of the gaps 0.017 to 0.021.
 */
const GAP_SHAPE = 0.9;
const SLOW_WANDER = { sigma: 0.2, knotMs: 300_000 };
const FAST_WANDER = { sigma: 0.1, knotMs: 15_000 };

/** The intensity is taken as constant within a slice of this length. */
const SLICE_MS = 500;

/** Share of the busiest hour, by UTC hour, of a mixed European and American working day. */
const DAY_SHAPE = [
  0.3, 0.25, 0.22, 0.2, 0.22, 0.3, 0.45, 0.65, 0.85, 0.95, 1, 0.98, 0.92, 0.98, 1, 1, 0.98, 0.92, 0.85, 0.75,
  0.65, 0.55, 0.45, 0.36,
];
/** From Sunday. */
const WEEK_SHAPE = [0.5, 1.05, 1.15, 1.15, 1.1, 1, 0.55];

const HOUR_MS = 3_600_000;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const DAY_MEAN = mean(DAY_SHAPE);
const WEEK_MEAN = mean(WEEK_SHAPE);

/** What the rhythm reaches in a busy hour. */
export const BUSY_HOUR = 1.75;

/** Factor of the hour and weekday at an instant (epoch ms); its mean over a week is 1. */
export function rhythm(atMs: number): number {
  const hours = atMs / HOUR_MS;
  const hour = Math.floor(hours);
  const part = hours - hour;
  const now = DAY_SHAPE[hour % 24] ?? 1;
  const next = DAY_SHAPE[(hour + 1) % 24] ?? 1;
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(hours / 24) + 4) % 7;
  return (((1 - part) * now + part * next) / DAY_MEAN) * ((WEEK_SHAPE[weekday] ?? 1) / WEEK_MEAN);
}

type Wander = (atMs: number) => number;

/**
 * Smooth Gaussian noise as a function of absolute time, mean-corrected so that its exponential averages 1. Blending
 * neighbours on a quarter circle keeps the variance constant between the knots.
 */
function createWander(seed: string, { sigma, knotMs }: { sigma: number; knotMs: number }): Wander {
  let knot = Number.NaN;
  let left = 0;
  let right = 0;
  const at = (index: number) => createRandom(`${seed}/${knotMs}/${index}`).normal();
  return (atMs) => {
    const index = Math.floor(atMs / knotMs);
    if (index !== knot) {
      knot = index;
      left = at(index);
      right = at(index + 1);
    }
    const angle = (atMs / knotMs - index) * (Math.PI / 2);
    return Math.exp(sigma * (Math.cos(angle) * left + Math.sin(angle) * right) - (sigma * sigma) / 2);
  };
}

/**
 * The wander of the level around its mean. `slow` adds the part with a time scale of minutes: it belongs to a day's
 * picture, but would move the average of a short run by a fifth.
 */
export function createLevel(seed: string, slow: boolean): Wander {
  const fast = createWander(seed, FAST_WANDER);
  if (!slow) return fast;
  const drift = createWander(seed, SLOW_WANDER);
  return (atMs) => fast(atMs) * drift(atMs);
}

export type Arrivals = {
  /** The next arrival before `untilMs` (epoch ms), or null when there is none; never goes back. */
  next(untilMs: number): number | null;
};

/** Arrival instants from `startMs` on with `intensity` events per second, a function of the instant. */
export function createArrivals(
  random: Random,
  startMs: number,
  intensity: (atMs: number) => number,
): Arrivals {
  let clock = startMs;
  let gap = random.gamma(GAP_SHAPE);
  let sliceEnd = Number.NEGATIVE_INFINITY;
  let perMs = 0;

  return {
    next(untilMs) {
      while (clock < untilMs) {
        if (clock >= sliceEnd) {
          sliceEnd = (Math.floor(clock / SLICE_MS) + 1) * SLICE_MS;
          perMs = Math.max(0, intensity(clock)) / 1000;
        }
        const end = Math.min(sliceEnd, untilMs);
        const passing = (end - clock) * perMs;
        if (passing <= gap) {
          gap -= passing;
          clock = end;
          continue;
        }
        clock += gap / perMs;
        gap = random.gamma(GAP_SHAPE);
        return clock;
      }
      return null;
    },
  };
}
