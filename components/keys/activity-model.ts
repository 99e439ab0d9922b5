import { seriesColor } from "@/lib/domain/charts/series-look";
import type { PrepareOptions, SeriesInput } from "@/lib/domain/charts/time-series";
import { metricSeries, outcomeSeries } from "@/lib/domain/charts/usage-series";
import { type ActivityBucket, bucketPoints, outcomeOfBucket } from "@/lib/domain/live/buckets";
import type { MetricName } from "@/lib/domain/usage/metric";
import { OUTCOMES } from "@/lib/domain/usage/outcome";

type On = { from: number; to: number; stepMs: number };
export type Build = (buckets: readonly ActivityBucket[], on: On) => SeriesInput[];

const requestsOf = ({ outcomes }: ActivityBucket): number => outcomes.reduce((sum, count) => sum + count, 0);
const rateOf = (bucket: ActivityBucket, failed: (code: number) => boolean): number | null => {
  const requests = requestsOf(bucket);
  const hits = bucket.outcomes.reduce((sum, count, code) => sum + (failed(code) ? count : 0), 0);
  return requests === 0 ? null : hits / requests;
};
const errorRate = (bucket: ActivityBucket) => rateOf(bucket, (code) => OUTCOMES[code] !== "success");
const throttleRate = (bucket: ActivityBucket) =>
  rateOf(bucket, (code) => OUTCOMES[code] === "rate_limited" || OUTCOMES[code] === "quota_exhausted");

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

function errorSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  const line = (metric: MetricName, value: (bucket: ActivityBucket) => number | null) => ({
    metric,
    group: null,
    points: bucketPoints(buckets, on, value, null),
  });
  return metricSeries([line("error_rate", errorRate), line("throttle_rate", throttleRate)], {
    error_rate: "Errors",
    throttle_rate: "Throttled",
  });
}

function latencySeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
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
function tokenSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
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

function costSeries(buckets: readonly ActivityBucket[], on: On): SeriesInput[] {
  return [
    {
      key: "cost",
      label: "Cost",
      color: "--series-2",
      points: bucketPoints(buckets, on, (bucket) => bucket.cost_micros / 1e6, 0),
    },
  ];
}

/** A chart of a key: what it stacks or lines up, and the one figure by which it compares. */
export type ActivityView = {
  build: Build;
  kind: PrepareOptions["kind"];
  unit: PrepareOptions["unit"];
  perSecond?: boolean;
  /** What is compared: of this figure each key, or each time, has one line. */
  compared: { label: string; value: (bucket: ActivityBucket) => number | null; empty: 0 | null };
  /** Rules and limits on these are drawn as levels. */
  metrics: readonly MetricName[];
};

export const VIEWS = {
  requests: {
    build: requestSeries,
    kind: "area",
    unit: "count",
    perSecond: true,
    compared: { label: "Requests", value: requestsOf, empty: 0 },
    metrics: ["requests"],
  },
  errors: {
    build: errorSeries,
    kind: "line",
    unit: "fraction",
    compared: { label: "Error rate", value: errorRate, empty: null },
    metrics: ["error_rate", "throttle_rate"],
  },
  latency: {
    build: latencySeries,
    kind: "line",
    unit: "ms",
    compared: { label: "p95", value: (bucket) => bucket.p95, empty: null },
    metrics: ["latency_p50", "latency_p95", "latency_p99"],
  },
  tokens: {
    build: tokenSeries,
    kind: "area",
    unit: "tokens",
    compared: {
      label: "Tokens",
      value: (bucket) => bucket.input_tokens + bucket.output_tokens,
      empty: 0,
    },
    metrics: ["total_tokens", "input_tokens"],
  },
  cost: {
    build: costSeries,
    kind: "area",
    unit: "usd",
    compared: { label: "Cost", value: (bucket) => bucket.cost_micros / 1e6, empty: 0 },
    metrics: ["cost_usd"],
  },
} as const satisfies Record<string, ActivityView>;
export type ViewName = keyof typeof VIEWS;

/** The chart as it is, over a broken line of the same figure in the stretch before. */
export function withPrevious({ build, compared }: ActivityView, previous: readonly ActivityBucket[]): Build {
  return (buckets, on) => [
    ...build(buckets, on),
    {
      key: "previous",
      label: `${compared.label} before`,
      color: "--fg-2",
      ghost: true,
      points: bucketPoints(previous, on, compared.value, compared.empty),
    },
  ];
}

/** A line for each key instead. */
export function besideOthers(
  { compared }: ActivityView,
  name: string,
  others: readonly { id: string; name: string; buckets: readonly ActivityBucket[] }[],
): Build {
  return (buckets, on) =>
    [{ id: "own", name, buckets }, ...others].map((one, index) => ({
      key: one.id,
      label: one.name,
      color: seriesColor(index),
      points: bucketPoints(one.buckets, on, compared.value, compared.empty),
    }));
}
