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
  planReplay,
  seriesFor,
  withRecorded,
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
    expect(found.step).toBe("10s");
    expect(found.from).toBeLessThanOrEqual(NOW - 30 * MINUTE);
    expect(found.from - found.readFrom).toBe(5 * MINUTE - 10 * SECOND);
    expect(found.to).toBe(NOW);
  });

  it.each([
    ["a limit", { metric: "limit_used" as const, window: null }],
    ["silence", { metric: "seconds_since_last_event" as const, window: null }],
    ["a percentile, which does not add up", { metric: "latency_p95" as const }],
    [
      "what is no longer kept at a step the window is made of",
      { ago: 50 * DAY, lasted: HOUR, window: "10s" },
    ],
  ])("is none for %s", (_, overrides) => {
    expect(plan(overrides)).toBeNull();
  });

  it.each([
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
      },
      hour,
      [points],
    );
    expect(found.map(([, value]) => value)).toEqual([11, 12, 1, 2]);
  });
});

describe("the range of a replay", () => {
  const replay = (overrides: {
    window?: string | null;
    ago?: number;
    lasted?: number | null;
    keptFrom?: number;
  }) => {
    const { window = null, ago = 20 * MINUTE, lasted = null, keptFrom = 0 } = overrides;
    return planReplay({
      metric: "limit_used",
      window: window === null ? null : parseWindow(window, "UTC"),
      startedAt: NOW - ago,
      resolvedAt: lasted === null ? null : NOW - ago + lasted,
      now: NOW,
      keptFrom,
    });
  };

  it.each([
    ["ten minutes before to now", {}, { ago: 30 * MINUTE, lasts: 30 * MINUTE, stepMs: 10 * SECOND }],
    [
      "half as much after its end",
      { ago: HOUR, lasted: 5 * MINUTE },
      { ago: 70 * MINUTE, lasts: 20 * MINUTE, stepMs: 10 * SECOND },
    ],
    ["a window before, an hour at most", { window: "24h" }, { ago: 80 * MINUTE, stepMs: 20 * SECOND }],
    ["the beginning of a long one", { ago: 9 * DAY }, { lasts: 2 * DAY }],
  ])("is %s", (_, overrides, { ago, lasts, stepMs }: { ago?: number; lasts?: number; stepMs?: number }) => {
    const found = replay(overrides);
    if (found === null) throw new Error("no plan");
    const near = (value: number, expected: number) =>
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(found.stepMs);
    if (ago !== undefined) near(NOW - found.from, ago);
    if (lasts !== undefined) near(found.to - found.from, lasts);
    if (stepMs !== undefined) expect(found.stepMs).toBe(stepMs);
  });

  it("has whole steps of 10 s and 400 points at most, and begins where something is kept", () => {
    const incidents = fc.record({
      ago: fc.integer({ min: 0, max: 60 * DAY }),
      lasted: fc.option(fc.integer({ min: 0, max: 60 * DAY }), { nil: null }),
      window: fc.constantFrom(null, "10s", "5m", "1h", "31d", "calendar_month"),
      keptFrom: fc.integer({ min: NOW - 40 * DAY, max: NOW }),
    });
    fc.assert(
      fc.property(incidents, (incident) => {
        const found = replay(incident);
        if (found === null) return;
        const { from, to, stepMs } = found;
        expect(from).toBeGreaterThanOrEqual(incident.keptFrom);
        expect(from).toBeLessThanOrEqual(NOW - incident.ago);
        expect(to).toBeLessThanOrEqual(NOW);
        expect([from % stepMs, stepMs % (10 * SECOND)]).toEqual([0, 0]);
        expect(Math.ceil((to - from) / stepMs)).toBeLessThanOrEqual(400);
      }),
    );
  });

  it("is none where what it would read is gone", () => {
    expect(replay({ ago: HOUR, keptFrom: NOW - HOUR })).toBeNull();
    expect(replay({ ago: HOUR, keptFrom: NOW - 2 * HOUR })).not.toBeNull();
  });
});

describe("what fired stands in a replay", () => {
  const span = { from: 0, to: 30_000, stepMs: 10_000 };
  const points: Point[] = [
    [0, 0.2],
    [10_000, 0.5],
    [20_000, null],
  ];
  it.each([
    ["as it is where the replay read as much", [{ at: 12_000, value: 0.5 }], [0.2, 0.5, null], false],
    ["as it is where the replay read more", [{ at: 12_000, value: 0.4 }], [0.2, 0.5, null], false],
    ["with its own word where that is more", [{ at: 12_000, value: 0.9 }], [0.2, 0.9, null], true],
    ["without saying so where it is hardly more", [{ at: 12_000, value: 0.6 }], [0.2, 0.6, null], false],
    ["where the replay has nothing", [{ at: 29_999, value: 0.9 }], [0.2, 0.5, 0.9], true],
    ["only within the range", [{ at: 30_000, value: 0.9 }], [0.2, 0.5, null], false],
  ])("%s", (_, recorded, values, differs) => {
    const found = withRecorded(span, points, recorded, true);
    expect(found).toEqual({ points: points.map(([at], index) => [at, values[index]]), differs });
  });

  it("below, for rules that fire there", () => {
    expect(withRecorded(span, points, [{ at: 0, value: 0.1 }], false).points[0]).toEqual([0, 0.1]);
    expect(withRecorded(span, points, [{ at: 0, value: 0.3 }], false).points[0]).toEqual([0, 0.2]);
  });

  it("also of a key that the rule has nothing on any more", () => {
    expect(withRecorded(span, [], [{ at: 12_000, value: 0.9 }], true)).toEqual({
      points: [
        [0, null],
        [10_000, 0.9],
        [20_000, null],
      ],
      differs: true,
    });
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
