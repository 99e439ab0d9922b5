import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../usage/steps";
import { sparkPaths } from "./sparkline";
import {
  type PrepareOptions,
  prepareTimeSeries,
  type SeriesInput,
  stackHeight,
  withoutSeries,
} from "./time-series";
import { groupSeries, metricSeries, outcomeSeries } from "./usage-series";

const T = Date.UTC(2026, 10, 23, 14);
const STEP = 60_000;

function input(key: string, values: (number | null)[], from = T): SeriesInput {
  return {
    key,
    label: key,
    color: "--series-1",
    points: values.map((value, i): Point => [from + i * STEP, value]),
  };
}

function options(changes: Partial<PrepareOptions> = {}): PrepareOptions {
  return {
    from: T,
    to: T + 4 * STEP,
    now: T + 10 * STEP,
    stepMs: STEP,
    zone: "UTC",
    kind: "area",
    unit: "count",
    ...changes,
  };
}

describe("prepareTimeSeries", () => {
  it("gives a row a bucket, with gaps where a point is missing", () => {
    const model = prepareTimeSeries([input("a", [1, null, 3]), input("b", [5], T + 3 * STEP)], options());
    expect(model.rows.map(({ at }) => at)).toEqual([T, T + STEP, T + 2 * STEP, T + 3 * STEP]);
    expect(model.rows.map(({ values }) => values)).toEqual([
      [1, null],
      [null, null],
      [3, null],
      [null, 5],
    ]);
    expect(model.series.map(({ last, peak }) => [last, peak])).toEqual([
      [3, 3],
      [5, 5],
    ]);
  });

  it("draws what is compared beside the stack, complete though the present is not", () => {
    const ghost = { ...input("before", [60, 600]), ghost: true };
    const model = prepareTimeSeries([input("a", [60, 30]), input("b", [60, 30]), ghost], {
      ...options({ now: T + STEP + STEP / 2, perSecond: true }),
    });
    expect(model.rows.slice(0, 2).map(({ values }) => values)).toEqual([
      [1, 1, 1],
      [1, 1, 10],
    ]);
    expect(model.rows.slice(0, 2).map(({ values }) => stackHeight(model, values))).toEqual([2, 2]);
    // Not twelve, to which it would stack up.
    expect(model.yMax).toBe(10);
  });

  it("cuts spans to what is drawn, and keeps what happens in the last bucket", () => {
    const span = (from: number, to: number) => ({
      from: T + from,
      to: T + to,
      label: "x",
      severity: "note" as const,
    });
    const { spans } = prepareTimeSeries([], {
      ...options({
        spans: [
          span(-9, -1),
          span(-9, STEP),
          span(STEP, 9 * STEP),
          span(3 * STEP + 5, 3 * STEP + 5),
          span(4 * STEP, 5 * STEP),
        ],
      }),
    });
    expect(spans.map(({ from, to }) => [from - T, to - T])).toEqual([
      [0, STEP],
      [STEP, 3 * STEP],
      [3 * STEP, 3 * STEP],
    ]);
  });

  it("keeps marks within the chart, those of the last bucket too", () => {
    const marks = [-1, 0, STEP + 5, 3 * STEP, 4 * STEP - 1, 4 * STEP].map((at) => ({
      at: T + at,
      label: "x",
    }));
    const model = prepareTimeSeries([], options({ marks }));
    expect(model.marks.map(({ at }) => at - T)).toEqual([0, STEP + 5, 3 * STEP, 3 * STEP]);
  });

  it("starts at the bucket that holds `from`", () => {
    expect(prepareTimeSeries([], options({ from: T + 1 })).rows[0]?.at).toBe(T);
  });

  it("marks the bucket that is filling and leaves later ones empty", () => {
    const model = prepareTimeSeries([input("a", [6, 6, 3, 0])], options({ now: T + 2 * STEP + STEP / 2 }));
    expect(model.partialFrom).toBe(T + 2 * STEP);
    expect(model.rows.map(({ partial }) => partial)).toEqual([false, false, true, false]);
    expect(model.rows[3]?.values).toEqual([null]);
    expect(model.series[0]?.last).toBe(6);
  });

  it("has no partial bucket when the range is over", () => {
    expect(prepareTimeSeries([input("a", [1])], options()).partialFrom).toBeNull();
  });

  it("divides by seconds, and what is filling by its age", () => {
    const at = (age: number) =>
      prepareTimeSeries([input("a", [120, 60])], options({ now: T + STEP + age, perSecond: true }));
    expect(
      at(30_000)
        .rows.slice(0, 2)
        .map(({ values }) => values[0]),
    ).toEqual([2, 2]);
    // A second after its start, 14 s of the 120 a minute before it fill up the quarter.
    expect(at(1_000).rows[1]?.values[0]).toBeCloseTo((60 + 28) / 15);
    expect(at(1_000).unit).toBe("per_second");
  });

  it("scales areas by their stack and lines by the highest", () => {
    const series = [input("a", [60, 10]), input("b", [40, 20])];
    expect(prepareTimeSeries(series, options()).yMax).toBe(100);
    expect(prepareTimeSeries(series, options({ kind: "line" })).yMax).toBe(60);
  });

  it("reaches up to what it has to, also without some of its series", () => {
    const model = prepareTimeSeries([input("a", [10])], options({ reach: 3_000 }));
    expect(model.yMax).toBe(3_000);
    expect(withoutSeries(model, new Set(["a"])).yMax).toBe(3_000);
  });

  it("reaches up to a threshold that is near, not to one far above", () => {
    const reach = (value: number) =>
      prepareTimeSeries(
        [input("a", [100])],
        options({ thresholds: [{ value, label: "", severity: "warning" }] }),
      ).yMax;
    expect(reach(250)).toBeGreaterThanOrEqual(250);
    expect(reach(10_000)).toBe(100);
  });

  it("keeps the axis it had while values still fit it", () => {
    const top = (value: number, previousMax: number) =>
      prepareTimeSeries([input("a", [value])], options({ previousMax })).yMax;
    expect(top(60, 100)).toBe(100);
    expect(top(120, 100)).toBeGreaterThan(100);
    expect(top(20, 100)).toBe(20);
  });

  it("knows when there is nothing to see", () => {
    expect(prepareTimeSeries([input("a", [0, null, 0])], options()).empty).toBe(true);
    expect(prepareTimeSeries([input("a", [0, 1])], options()).empty).toBe(false);
    expect(prepareTimeSeries([input("a", [null, 0])], options({ unit: "fraction" })).empty).toBe(false);
    expect(prepareTimeSeries([input("a", [null, null])], options({ unit: "fraction" })).empty).toBe(true);
  });

  it("loses and invents nothing: the rows hold exactly the points of the range", () => {
    const value = fc.option(fc.integer({ min: 0, max: 1e9 }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 50 }), fc.integer({ min: 1, max: 60 }), (values, count) => {
        const model = prepareTimeSeries(
          [input("a", values)],
          options({ to: T + count * STEP, now: T + 1e9 }),
        );
        const expected = Array.from({ length: count }, (_, index) => values[index] ?? null);
        expect(model.rows.map((row) => row.values[0])).toEqual(expected);
        expect(model.yMax).toBeGreaterThanOrEqual(Math.max(0, ...expected.map((found) => found ?? 0)));
      }),
    );
  });
});

describe("withoutSeries", () => {
  it("leaves the rest in their order, on a scale of their own", () => {
    const model = prepareTimeSeries([input("a", [900]), input("b", [40]), input("c", [10])], options());
    const rest = withoutSeries(model, new Set(["a"]));
    expect(rest.series.map(({ key }) => key)).toEqual(["b", "c"]);
    expect(rest.rows[0]?.values).toEqual([40, 10]);
    expect(rest.yMax).toBe(60);
    expect(withoutSeries(model, new Set(["z"]))).toBe(model);
  });
});

describe("series of usage", () => {
  it("stacks outcomes in their order and drops those that did not occur, but success", () => {
    const usage = (group: string, value: number) => ({
      metric: "requests" as const,
      group,
      points: [[T, value] as Point],
    });
    const keys = (...all: ReturnType<typeof usage>[]) => outcomeSeries(all).map(({ key }) => key);
    expect(
      keys(usage("timeout", 2), usage("rate_limited", 1), usage("success", 0), usage("overloaded", 0)),
    ).toEqual(["success", "rate_limited", "timeout"]);
    expect(keys()).toEqual(["success"]);
  });

  it("names metrics and sorts groups by size", () => {
    const usage = (group: string | null, value: number) => ({
      metric: "cost_usd" as const,
      group,
      points: [[T, value] as Point],
    });
    expect(metricSeries([usage(null, 1)])[0]).toMatchObject({ key: "cost_usd", label: "Cost" });
    expect(groupSeries([usage("1", 2), usage("2", 9)], (id) => `#${id}`).map(({ label }) => label)).toEqual([
      "#2",
      "#1",
    ]);
  });
});

describe("sparkPaths", () => {
  const box = { width: 100, height: 20 };

  it("draws from the left edge to the right, the highest value on top", () => {
    expect(sparkPaths([0, 10, 5], box).line).toBe("M0,19 L50,1 L100,10");
  });

  it("breaks at gaps and marks a lone value", () => {
    expect(sparkPaths([null, 4, null, 2, 2], box).line).toBe("M25,1 H37.5M75,10 L100,10");
    expect(sparkPaths([null, 4, null], box).area).toBe("");
  });

  it("draws zeros as a flat line and nothing as nothing", () => {
    expect(sparkPaths([0, 0], box).line).toBe("M0,19 L100,19");
    expect(sparkPaths([null], box)).toEqual({ line: "", area: "" });
  });

  it("keeps to a given scale", () => {
    expect(sparkPaths([5, 50], { ...box, max: 10 }).line).toBe("M0,10 L100,1");
  });
});
