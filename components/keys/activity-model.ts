import type { SeriesInput } from "@/lib/domain/charts/time-series";
import { metricSeries, outcomeSeries } from "@/lib/domain/charts/usage-series";
import { type ActivityBucket, bucketPoints, outcomeOfBucket } from "@/lib/domain/live/buckets";
import { OUTCOMES } from "@/lib/domain/usage/outcome";

type On = { from: number; to: number; stepMs: number };

/** Requests by outcome, in their stacking order. */
export function requestSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  return outcomeSeries(
    OUTCOMES.map((outcome) => ({
      metric: "requests",
      group: outcome,
      points: bucketPoints(buckets, on, outcomeOfBucket(outcome), 0),
    })),
  );
}

export function latencySeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  const line = (metric: "latency_p50" | "latency_p95" | "latency_p99", of: "p50" | "p95" | "p99") => ({
    metric,
    group: null,
    points: bucketPoints(buckets, on, (bucket) => bucket[of], null),
  });
  return metricSeries([line("latency_p99", "p99"), line("latency_p95", "p95"), line("latency_p50", "p50")], {
    latency_p50: "p50",
    latency_p95: "p95",
    latency_p99: "p99",
  });
}

/** Tokens as they add up: cached input is a part of the input, so it is taken out of the rest. */
export function tokenSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  const area = (
    key: string,
    label: string,
    color: SeriesInput["color"],
    value: (bucket: ActivityBucket) => number,
  ) => ({ key, label, color, points: bucketPoints(buckets, on, value, 0) });
  return [
    area("input", "Input", "--series-1", (bucket) => Math.max(0, bucket.input_tokens - bucket.cached_tokens)),
    area("cached", "Cached input", "--series-6", (bucket) => bucket.cached_tokens),
    area("output", "Output", "--series-2", (bucket) => bucket.output_tokens),
  ];
}

export function costSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  return [
    {
      key: "cost",
      label: "Cost",
      color: "--series-2",
      points: bucketPoints(buckets, on, (bucket) => bucket.cost_micros / 1e6, 0),
    },
  ];
}
