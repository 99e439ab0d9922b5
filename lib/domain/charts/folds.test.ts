import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR } from "../usage/duration";
import type { Point } from "../usage/steps";
import { sharesOf } from "./shares";
import { foldWeek } from "./week";

describe("foldWeek", () => {
  // Monday, November 23, 2026.
  const MONDAY = Date.UTC(2026, 10, 23);

  it("means hours of one name, Monday first", () => {
    const points: Point[] = [
      [MONDAY, 10],
      [MONDAY + 7 * 24 * HOUR, 20],
      [MONDAY + 6 * 24 * HOUR + 23 * HOUR, 4],
      [MONDAY + HOUR, null],
    ];
    const { hours, max } = foldWeek(points, "UTC");
    expect(hours[0]?.[0]).toBe(15);
    expect(hours[6]?.[23]).toBe(4);
    expect(hours[0]?.[1]).toBeNull();
    expect(max).toBe(15);
    expect(foldWeek(points, "Europe/Berlin").hours[0]?.[1]).toBe(15);
  });

  it("counts the hour that a clock repeats twice, and misses the one it leaves out", () => {
    // Berlin, 2026-10-25: 02:00 comes twice; 2026-03-29: 02:00 never.
    const autumn = foldWeek(
      [
        [Date.UTC(2026, 9, 25, 0), 4],
        [Date.UTC(2026, 9, 25, 1), 8],
      ],
      "Europe/Berlin",
    );
    expect(autumn.hours[6]?.[2]).toBe(6);
    const spring = foldWeek(
      [
        [Date.UTC(2026, 2, 29, 0), 4],
        [Date.UTC(2026, 2, 29, 1), 8],
      ],
      "Europe/Berlin",
    );
    expect([spring.hours[6]?.[1], spring.hours[6]?.[2], spring.hours[6]?.[3]]).toEqual([4, null, 8]);
  });
});

describe("sharesOf", () => {
  it("sums up by name, the most first, and leaves out what had no request", () => {
    const of = (metric: string, group: string | null, ...values: (number | null)[]) => ({
      metric,
      group,
      points: values.map((value, i): Point => [i, value]),
    });
    expect(
      sharesOf([
        of("requests", "a", 1, 2),
        of("requests", null, 9, null),
        of("requests", "b", 0),
        of("errors", "a", 1),
        of("cost_usd", "a", 0.5),
      ]),
    ).toEqual([
      { name: null, requests: 9, errors: 0, cost: 0, fraction: 0.75 },
      { name: "a", requests: 3, errors: 1, cost: 0.5, fraction: 0.25 },
    ]);
    expect(sharesOf([])).toEqual([]);
  });

  it("gives fractions that add up to one", () => {
    const group = fc.tuple(fc.string(), fc.integer({ min: 1, max: 1e6 }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 1 }), (groups) => {
        const shares = sharesOf(
          groups.map(([name, value]) => ({ metric: "requests", group: name, points: [[0, value]] })),
        );
        expect(shares.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1);
      }),
    );
  });
});
