import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../usage/steps";
import {
  drawnKind,
  type ExploredSeries,
  explorationSeries,
  isStackable,
  keepLargest,
  othersOf,
  remainder,
  seriesKey,
  summaryOf,
  totalOf,
} from "./exploration";

const of = (
  metric: ExploredSeries["metric"],
  group: string | null,
  ...values: (number | null)[]
): ExploredSeries => {
  const points = values.map((value, index): Point => [index * 10, value]);
  return {
    metric,
    group,
    label: group ?? "(none)",
    others: false,
    points,
    total: totalOf(metric, points, new Map()),
  };
};

describe("isStackable", () => {
  it.each([
    [["requests"], true, true],
    [["latency_p95"], false, true],
    [["latency_p95"], true, false],
    [["error_rate"], true, false],
    [["distinct_ips"], true, false],
    [["input_tokens", "output_tokens"], true, true],
    [["requests", "errors"], false, false],
    [["input_tokens", "total_tokens"], false, false],
  ] as const)("of %j, grouped %s: %s", (metrics, grouped, expected) => {
    expect(isStackable(metrics, grouped)).toBe(expected);
    expect(drawnKind("area", isStackable(metrics, grouped))).toBe(expected ? "area" : "line");
    expect(drawnKind("line", expected)).toBe("line");
    expect(drawnKind("table", expected)).toBe("line");
  });
});

describe("totalOf", () => {
  const points: Point[] = [
    [0, 0.5],
    [10, null],
    [20, 0.1],
  ];
  const requests = new Map([
    [0, 10],
    [20, 90],
  ]);

  it("sums sums, weighs ratios by their requests, and has none of percentiles", () => {
    expect(totalOf("requests", points, requests)).toBeCloseTo(0.6);
    expect(totalOf("error_rate", points, requests)).toBeCloseTo(14 / 100);
    expect(totalOf("error_rate", points, new Map())).toBeNull();
    expect(totalOf("latency_p95", points, requests)).toBeNull();
  });
});

describe("keepLargest", () => {
  it("adds up the rest of sums, and leaves out that of everything else", () => {
    const requests = [of("requests", "a", 5, 5), of("requests", "b", 1, 2), of("requests", null, 1, null)];
    const kept = keepLargest(requests, 1);
    expect(kept.leftOut).toBe(false);
    expect(
      kept.series.map(({ label, total, points }) => [label, total, points.map(([, value]) => value)]),
    ).toEqual([
      ["a", 10, [5, 5]],
      ["All others", 4, [2, 2]],
    ]);
    const rates = [of("error_rate", "a", 1), of("error_rate", "b", 0.5)];
    expect(keepLargest(rates, 1)).toMatchObject({ leftOut: true, series: [{ group: "a" }] });
    expect(keepLargest(rates, 2)).toEqual({ leftOut: false, series: rates });
  });

  it("loses nothing of a sum, however often it folds", () => {
    const groups = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 12 });
    const nat = fc.nat(1000);
    fc.assert(
      fc.property(
        groups,
        nat,
        nat,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (names, a, b, most, less) => {
          const all = names.map((name, index) => of("requests", name, a + index, b));
          const once = keepLargest(all, most).series;
          const twice = keepLargest(once, Math.min(most, less)).series;
          const sum = (series: readonly ExploredSeries[]) =>
            series.reduce((whole, { total }) => whole + (total ?? 0), 0);
          expect(sum(once)).toBe(sum(all));
          expect(sum(twice)).toBe(sum(all));
          expect(twice.filter(({ others }) => others).length).toBeLessThanOrEqual(1);
          expect(new Set(twice.map(seriesKey)).size).toBe(twice.length);
        },
      ),
    );
  });
});

describe("remainder", () => {
  it("is what the parts leave of the whole", () => {
    const whole: Point[] = [
      [0, 0.3],
      [10, 5],
    ];
    expect(
      remainder(whole, [
        [[0, 0.1]],
        [
          [0, 0.2],
          [10, 4],
        ],
      ]),
    ).toEqual([
      [0, 0],
      [10, 1],
    ]);
    expect(remainder(whole, [whole])).toBeNull();
  });
});

describe("explorationSeries", () => {
  it("stacks outcomes in their own order and colours", () => {
    const series = explorationSeries([of("requests", "timeout", 1), of("requests", "success", 9)], "outcome");
    expect(series.map(({ label, color }) => [label, color])).toEqual([
      ["success", "--success"],
      ["timeout", "--timeout"],
    ]);
  });

  it("gives metrics alone their own colours, groups theirs by rank, and the rest the quiet one", () => {
    expect(explorationSeries([of("errors", null, 1)], null)[0]?.color).toBe("--exhausted");
    const grouped = [of("requests", "a", 2), othersOf("requests", [[0, 1]]), of("errors", "a", 1)];
    expect(explorationSeries(grouped, "model").map(({ label, color }) => [label, color])).toEqual([
      ["Requests · a", "--series-1"],
      ["Requests · All others", "--series-rest"],
      ["Errors · a", "--series-3"],
    ]);
  });
});

describe("summaryOf", () => {
  it("leaves the bucket still filling out of the mean and the last value", () => {
    const series = of("requests", null, 4, 8, 100, 0);
    expect(summaryOf(series, { now: 25, stepMs: 10 })).toEqual({ total: 112, mean: 6, max: 100, last: 8 });
  });

  it("has nothing to say of nothing", () => {
    expect(summaryOf(of("error_rate", null, null, null), { now: 100, stepMs: 10 })).toEqual({
      total: null,
      mean: null,
      max: null,
      last: null,
    });
  });
});
