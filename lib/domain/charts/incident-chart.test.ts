import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../usage/duration";
import type { MetricName } from "../usage/metric";
import type { Point } from "../usage/steps";
import { parseWindow } from "../usage/window";
import {
  furthest,
  type IncidentChartPlan,
  incidentPoints,
  planIncidentChart,
  seriesFor,
} from "./incident-chart";

const NOW = Date.UTC(2026, 5, 15, 12, 0, 5);
const plan = (overrides: {
  metric?: MetricName;
  window?: string | null;
  ago?: number;
  lasted?: number | null;
}) => {
  const { metric = "requests", window = "5m", ago = 20 * MINUTE, lasted = null } = overrides;
  return planIncidentChart({
    metric,
    window: window === null ? null : parseWindow(window, "Asia/Kolkata"),
    startedAt: NOW - ago,
    resolvedAt: lasted === null ? null : NOW - ago + lasted,
    now: NOW,
  });
};
const made = (found: IncidentChartPlan | null): IncidentChartPlan => {
  if (found === null) throw new Error("no plan");
  return found;
};

describe("the range of an incident's chart", () => {
  it("reads a window more than it shows, at a step that divides it", () => {
    const found = made(plan({}));
    expect(found).toMatchObject({ step: "10s", rolled: true });
    expect(found.from).toBeLessThanOrEqual(NOW - 30 * MINUTE);
    expect(found.from - found.readFrom).toBe(5 * MINUTE - 10 * SECOND);
    expect(found.to).toBe(NOW);
  });

  it.each([
    ["a limit", { metric: "limit_used" as const, window: null }],
    ["silence", { metric: "seconds_since_last_event" as const, window: null }],
    [
      "what is no longer kept at a step the window is made of",
      { ago: 50 * DAY, lasted: HOUR, window: "10s" },
    ],
  ])("is none for %s", (_, overrides) => {
    expect(plan(overrides)).toBeNull();
  });

  it.each([
    ["a percentile stays as it is", { metric: "latency_p95" as const }, { rolled: false, step: "1m" }],
    [
      "a percentile of a short window too",
      { metric: "latency_p95" as const, window: "30s" },
      { step: "10s" },
    ],
    ["a long incident takes coarser steps", { ago: 5 * HOUR, window: "1h" }, { step: "1m" }],
    ["a long incident of a short window shows its beginning", { ago: DAY, window: "10s" }, { step: "10s" }],
    ["a calendar month reads from its first day", { window: "calendar_month" }, { step: "5m" }],
  ])("%s", (_, overrides, expected) => {
    const found = made(plan(overrides));
    expect(found).toMatchObject(expected);
    expect((found.to - found.from) / found.stepMs).toBeLessThanOrEqual(401);
  });
});

describe("the points of an incident's chart", () => {
  const window = parseWindow("1m", "UTC");
  const rolled: IncidentChartPlan = {
    from: 60_000,
    to: 120_000,
    readFrom: 10_000,
    step: "10s",
    stepMs: 10_000,
    rolled: true,
  };
  const times = Array.from({ length: 11 }, (_, index) => 10_000 + index * 10_000);

  it("are the sums of the window that ends with each bucket", () => {
    const points = times.map((at): Point => [at, at === 60_000 ? 7 : 1]);
    expect(incidentPoints(rolled, window, [points])).toEqual([
      [60_000, 12],
      [70_000, 12],
      [80_000, 12],
      [90_000, 12],
      [100_000, 12],
      [110_000, 12],
    ]);
  });

  it("equal a plain sum, whatever the series holds", () => {
    const values = fc.array(fc.option(fc.nat(1000), { nil: null }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(values, (counts) => {
        const points = times.map((at, index): Point => [at, counts[index] ?? null]);
        for (const [at, value] of incidentPoints(rolled, window, [points])) {
          const inside = points.filter(([time]) => time > at - 60_000 && time <= at);
          expect(value).toBe(inside.reduce((sum, [, count]) => sum + (count ?? 0), 0));
        }
      }),
    );
  });

  it("divide what a rate is made of, and have none without requests", () => {
    expect(seriesFor("error_rate")).toEqual(["errors", "requests"]);
    const errors = times.map((at): Point => [at, at >= 110_000 ? 3 : 0]);
    const requests = times.map((at): Point => [at, at >= 110_000 ? 12 : 0]);
    const points = incidentPoints(rolled, window, [errors, requests]);
    expect(points.at(-1)).toEqual([110_000, 0.25]);
    expect(points[0]).toEqual([60_000, null]);
  });

  it("begin again with a calendar period", () => {
    const hour = parseWindow("calendar_hour", "UTC");
    const midnight = Date.UTC(2026, 0, 2);
    const points = Array.from({ length: 24 }, (_, i): Point => [midnight - HOUR + i * 5 * MINUTE, 1]);
    const found = incidentPoints(
      {
        from: midnight - 10 * MINUTE,
        to: midnight + 10 * MINUTE,
        readFrom: midnight - HOUR,
        step: "5m",
        stepMs: 5 * MINUTE,
        rolled: true,
      },
      hour,
      [points],
    );
    expect(found.map(([, value]) => value)).toEqual([11, 12, 1, 2]);
  });

  it("are the buckets themselves where windows cannot be put together", () => {
    const points = times.map((at): Point => [at, at / 1000]);
    const found = incidentPoints({ ...rolled, rolled: false }, window, [points]);
    expect(found[0]).toEqual([60_000, 60]);
    expect(found.at(-1)).toEqual([110_000, 110]);
  });
});

it("of many lines takes those that went furthest, on the side where the rule fires", () => {
  const line = (name: string, ...values: (number | null)[]) => ({
    name,
    points: values.map((value, i): Point => [i, value]),
  });
  const lines = [line("flat", 3, 3), line("none", null), line("high", 1, 9), line("low", 0, 4)];
  const names = (above: boolean) => furthest(lines, { above, most: 2 }).map(({ name }) => name);
  expect(names(true)).toEqual(["high", "low"]);
  expect(names(false)).toEqual(["low", "high"]);
  expect(furthest(lines, { above: true, most: 9 }).at(-1)?.name).toBe("none");
});
