import { OUTCOMES, type Outcome, outcomeCode } from "../usage/outcome";
import type { Point } from "../usage/steps";
import { floorBucket } from "../usage/window";

/** What happened in one step of a chart. Money in micro-USD; percentiles in ms, null without a latency. */
export type ActivityBucket = {
  at: number;
  /** Requests by outcome code. */
  outcomes: number[];
  input_tokens: number;
  /** Part of the input tokens. */
  cached_tokens: number;
  output_tokens: number;
  cost_micros: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
};

/** The use of a range in steps; buckets without any use are left out. Instants in epoch ms. */
export type Activity = {
  /** When it was read: what was committed later is not in it. */
  at: number;
  from: number;
  to: number;
  step_ms: number;
  buckets: ActivityBucket[];
};

/** What the live stream says of one key's 10 s bucket. */
export type LiveDelta = {
  key: string;
  bucket: number;
  requests: number;
  outcomes: number[];
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
};

/** The buckets with deltas added at the chart's own step; neither is changed. */
export function withDeltas(
  buckets: readonly ActivityBucket[],
  stepMs: number,
  deltas: readonly LiveDelta[],
): readonly ActivityBucket[] {
  if (deltas.length === 0) return buckets;
  const byTime = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  for (const delta of deltas) {
    const at = floorBucket(delta.bucket, stepMs);
    const known = byTime.get(at);
    byTime.set(at, {
      at,
      outcomes: OUTCOMES.map((_, code) => (known?.outcomes[code] ?? 0) + (delta.outcomes[code] ?? 0)),
      input_tokens: (known?.input_tokens ?? 0) + delta.input_tokens,
      cached_tokens: known?.cached_tokens ?? 0,
      output_tokens: (known?.output_tokens ?? 0) + delta.output_tokens,
      cost_micros: (known?.cost_micros ?? 0) + delta.cost_micros,
      p50: known?.p50 ?? null,
      p95: known?.p95 ?? null,
      p99: known?.p99 ?? null,
    });
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

/** One value a step over [from, to): sums are 0 where nothing happened, everything else is null there. */
export function bucketPoints(
  buckets: readonly ActivityBucket[],
  on: { from: number; to: number; stepMs: number },
  value: (bucket: ActivityBucket) => number | null,
  empty: 0 | null,
): Point[] {
  const byTime = new Map(buckets.map((bucket) => [bucket.at, bucket]));
  const points: Point[] = [];
  for (let at = floorBucket(on.from, on.stepMs); at < on.to; at += on.stepMs) {
    const bucket = byTime.get(at);
    points.push([at, bucket === undefined ? empty : value(bucket)]);
  }
  return points;
}

export const outcomeOfBucket =
  (outcome: Outcome) =>
  (bucket: ActivityBucket): number =>
    bucket.outcomes[outcomeCode(outcome)] ?? 0;
