import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyValue,
  isMetricName,
  isTotalsMetric,
  METRIC_NAMES,
  METRICS,
  metric,
  metricValue,
  TOTALS_METRICS,
} from "./metric";
import { OUTCOMES } from "./outcome";
import { addEvent, type CountedEvent, type UsageTotals, zeroTotals } from "./totals";

const event: fc.Arbitrary<CountedEvent> = fc.record({ outcome: fc.constantFrom(...OUTCOMES) });

function totalsOf(events: readonly CountedEvent[]): UsageTotals {
  const totals = zeroTotals();
  for (const each of events) addEvent(totals, each);
  return totals;
}

describe("metrics", () => {
  test("are those that the API names", () => {
    expect(METRIC_NAMES).toEqual([
      "requests",
      "errors",
      "error_rate",
      "throttled",
      "throttle_rate",
      "input_tokens",
      "output_tokens",
      "total_tokens",
      "cost_usd",
      "latency_p50",
      "latency_p95",
      "latency_p99",
      "distinct_ips",
      "seconds_since_last_event",
      "limit_used",
      "seconds_to_exhaustion",
    ]);
    expect(METRICS.map(({ name }) => name)).toEqual(METRIC_NAMES);
    expect(METRIC_NAMES.filter((name) => !isTotalsMetric(name))).toEqual([
      "distinct_ips",
      "seconds_since_last_event",
      "limit_used",
      "seconds_to_exhaustion",
    ]);
  });

  test("have the values of their totals", () => {
    const totals = totalsOf([
      { outcome: "success", inputTokens: 100, outputTokens: 20, costMicros: 1_250_000, latencyMs: 100 },
      { outcome: "success", latencyMs: 100 },
      { outcome: "rate_limited" },
      { outcome: "server_error", latencyMs: 1_000 },
    ]);
    expect(metricValue("requests", totals)).toBe(4);
    expect(metricValue("errors", totals)).toBe(2);
    expect(metricValue("error_rate", totals)).toBe(0.5);
    expect(metricValue("throttled", totals)).toBe(1);
    expect(metricValue("throttle_rate", totals)).toBe(0.25);
    expect(metricValue("input_tokens", totals)).toBe(100);
    expect(metricValue("output_tokens", totals)).toBe(20);
    expect(metricValue("total_tokens", totals)).toBe(120);
    expect(metricValue("cost_usd", totals)).toBe(1.25);
    expect(Math.abs((metricValue("latency_p50", totals) ?? 0) - 100)).toBeLessThanOrEqual(5);
    expect(Math.abs((metricValue("latency_p95", totals) ?? 0) - 1000)).toBeLessThanOrEqual(50);
    expect(Math.abs((metricValue("latency_p99", totals) ?? 0) - 1000)).toBeLessThanOrEqual(50);
  });

  test("without events are 0 for sums and nothing for the rest", () => {
    for (const name of TOTALS_METRICS) {
      expect(metricValue(name, zeroTotals())).toBe(metric(name).kind === "sum" ? 0 : null);
      expect(emptyValue(name)).toBe(metricValue(name, zeroTotals()));
    }
    expect(emptyValue("distinct_ips")).toBeNull();
  });

  test("percentiles have no value when no request had a latency", () => {
    expect(metricValue("latency_p95", totalsOf([{ outcome: "success" }]))).toBeNull();
  });

  test("rates stay between 0 and 1", () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (events) => {
        for (const name of ["error_rate", "throttle_rate"] as const) {
          const value = metricValue(name, totalsOf(events)) as number;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test.each([
    ["requests", true],
    ["toString", false],
    ["Requests", false],
    [7, false],
  ])("isMetricName(%s) is %s", (value, expected) => {
    expect(isMetricName(value)).toBe(expected);
  });
});
