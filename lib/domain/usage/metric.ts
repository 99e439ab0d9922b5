import { quantile } from "./histogram";
import { errorCount, throttledCount, totalTokens, type UsageTotals } from "./totals";

export type MetricUnit = "count" | "fraction" | "tokens" | "usd" | "ms" | "s";

/**
 * How a metric behaves: a sum reads 0 without events, everything else has no value then.
 * `limit` metrics belong to a key's limits and take no window of their own.
 */
export type MetricKind = "sum" | "ratio" | "percentile" | "distinct" | "age" | "limit";

type Definition = { label: string; unit: MetricUnit; kind: MetricKind };

const DEFINITIONS = {
  requests: { label: "Requests", unit: "count", kind: "sum" },
  errors: { label: "Errors", unit: "count", kind: "sum" },
  error_rate: { label: "Error rate", unit: "fraction", kind: "ratio" },
  throttled: { label: "Throttled requests", unit: "count", kind: "sum" },
  throttle_rate: { label: "Throttle rate", unit: "fraction", kind: "ratio" },
  input_tokens: { label: "Input tokens", unit: "tokens", kind: "sum" },
  output_tokens: { label: "Output tokens", unit: "tokens", kind: "sum" },
  total_tokens: { label: "Tokens", unit: "tokens", kind: "sum" },
  cost_usd: { label: "Cost", unit: "usd", kind: "sum" },
  latency_p50: { label: "Latency p50", unit: "ms", kind: "percentile" },
  latency_p95: { label: "Latency p95", unit: "ms", kind: "percentile" },
  latency_p99: { label: "Latency p99", unit: "ms", kind: "percentile" },
  distinct_ips: { label: "Distinct addresses", unit: "count", kind: "distinct" },
  seconds_since_last_event: { label: "Time since the last event", unit: "s", kind: "age" },
  limit_used: { label: "Limit used", unit: "fraction", kind: "limit" },
  seconds_to_exhaustion: { label: "Time to exhaustion", unit: "s", kind: "limit" },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof DEFINITIONS;
export type Metric = Definition & { name: MetricName };

/** The metrics that follow from a window's totals alone. */
export type TotalsMetric = {
  [Name in MetricName]: (typeof DEFINITIONS)[Name]["kind"] extends "sum" | "ratio" | "percentile"
    ? Name
    : never;
}[MetricName];

/** The metrics that are quantiles of the latency, with which one. */
export const PERCENTILES = { latency_p50: 0.5, latency_p95: 0.95, latency_p99: 0.99 } as const;

export const METRIC_NAMES = Object.keys(DEFINITIONS) as [MetricName, ...MetricName[]];
export const METRICS: readonly Metric[] = METRIC_NAMES.map((name) => ({ name, ...DEFINITIONS[name] }));

/** The metrics that follow from totals, for schemas. */
export const TOTALS_METRICS = METRIC_NAMES.filter(isTotalsMetric) as [TotalsMetric, ...TotalsMetric[]];

export function metric(name: MetricName): Metric {
  return { name, ...DEFINITIONS[name] };
}

export function isMetricName(value: unknown): value is MetricName {
  return typeof value === "string" && Object.hasOwn(DEFINITIONS, value);
}

export function isTotalsMetric(name: MetricName): name is TotalsMetric {
  const { kind } = DEFINITIONS[name];
  return kind === "sum" || kind === "ratio" || kind === "percentile";
}

/** A metric's value in its unit; null where it has none: a ratio without requests, a percentile without latencies. */
export function metricValue(name: TotalsMetric, totals: UsageTotals): number | null {
  switch (name) {
    case "requests":
      return totals.requests;
    case "errors":
      return errorCount(totals);
    case "error_rate":
      return ratio(errorCount(totals), totals.requests);
    case "throttled":
      return throttledCount(totals);
    case "throttle_rate":
      return ratio(throttledCount(totals), totals.requests);
    case "input_tokens":
      return totals.inputTokens;
    case "output_tokens":
      return totals.outputTokens;
    case "total_tokens":
      return totalTokens(totals);
    case "cost_usd":
      return totals.costMicros / 1e6;
    case "latency_p50":
    case "latency_p95":
    case "latency_p99":
      return quantile(totals.latency, PERCENTILES[name]);
  }
}

/** What a metric reads where there is no event at all: 0 for sums, null for the rest. */
export function emptyValue(name: MetricName): 0 | null {
  return DEFINITIONS[name].kind === "sum" ? 0 : null;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
