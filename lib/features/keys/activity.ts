import type { Activity, ActivityBucket } from "@/lib/domain/live/buckets";
import { quantile } from "@/lib/domain/usage/histogram";
import { pointCount, STEP_MS, STEP_TIER, STEPS, type Step } from "@/lib/domain/usage/steps";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import { floorBucket, type Range, TIER_KEPT_MS } from "@/lib/domain/usage/window";
import { runtime } from "@/lib/runtime";
import { allUse } from "../usage/all-use";
import { readSeries, type UsageFilter } from "../usage/totals";

/** The use that a filter asks for, in steps that a chart can draw; null for all use, without its latencies. */
export async function readActivity(
  filter: UsageFilter | null,
  { from, to }: Range,
  now: number,
  options: { latency: boolean; mostPoints: number },
): Promise<Activity> {
  const step = chartStep({ from, to }, now, options.mostPoints);
  const stepMs = STEP_MS[step];
  const on = { tier: STEP_TIER[step], stepMs, from: floorBucket(from, stepMs), to };
  const series =
    filter === null
      ? await allUse().series(step, on)
      : (await readSeries(runtime().db.pool, on, { filter, latency: options.latency })).get(null);
  const buckets = [...(series ?? [])].sort(([a], [b]) => a - b).map(([at, totals]) => toBucket(at, totals));
  return { at: now, from: on.from, to, step_ms: stepMs, buckets };
}

/** The finest step that is kept of the range and gives no more points than a chart can show. */
export function chartStep({ from, to }: Range, now: number, mostPoints: number): Step {
  const fits = (step: Step) =>
    pointCount(step, from, to) <= mostPoints && from >= now - TIER_KEPT_MS[STEP_TIER[step]];
  return STEPS.find(fits) ?? "1d";
}

function toBucket(at: number, totals: UsageTotals): ActivityBucket {
  return {
    at,
    outcomes: totals.outcomes,
    input_tokens: totals.inputTokens,
    cached_tokens: totals.cachedTokens,
    output_tokens: totals.outputTokens,
    cost_micros: totals.costMicros,
    p50: quantile(totals.latency, 0.5),
    p95: quantile(totals.latency, 0.95),
    p99: quantile(totals.latency, 0.99),
  };
}
