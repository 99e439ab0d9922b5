import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../usage/duration";
import { wallTime } from "../usage/zone";
import { timeTicks, valueTicks } from "./ticks";

describe("valueTicks", () => {
  it.each([
    [780, "per_second", [0, 200, 400, 600, 800]],
    [3, "count", [0, 1, 2, 3]],
    [1, "count", [0, 1]],
    [0.38, "fraction", [0, 0.1, 0.2, 0.3, 0.4]],
    [2_310, "ms", [0, 1_000, 2_000, 3_000]],
    [200_000, "ms", [0, 60_000, 120_000, 180_000, 240_000]],
    [0, "count", [0, 1, 2, 3, 4]],
    [0.00042, "usd", [0, 0.0002, 0.0004, 0.0006]],
  ] as const)("marks %d in %s", (max, unit, expected) => {
    expect(valueTicks(max, unit)).toEqual(expected);
  });

  it("always covers the highest value with two to six ascending marks", () => {
    const units = fc.constantFrom(
      "count",
      "tokens",
      "fraction",
      "usd",
      "ms",
      "s",
      "per_second",
      "bytes" as const,
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), units, (max, unit) => {
        const ticks = valueTicks(max, unit);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
        if (unit === "count") expect(ticks.every(Number.isInteger)).toBe(true);
      }),
    );
  });
});

describe("timeTicks", () => {
  const shown = (from: number, to: number, zone: string, most = 6) =>
    timeTicks(from, to, zone, most).map(({ at, kind }) => {
      const wall = wallTime(zone, at);
      const two = (value: number) => String(value).padStart(2, "0");
      return kind === "day" ? `${wall.month}/${wall.day}` : `${two(wall.hour)}:${two(wall.minute)}`;
    });

  it("marks round minutes of an hour", () => {
    const from = Date.UTC(2026, 10, 23, 13, 37, 20);
    expect(shown(from, from + HOUR, "UTC")).toEqual(["13:40", "13:50", "14:00", "14:10", "14:20", "14:30"]);
  });

  it("is round on the wall clock of a zone that is not a whole hour away", () => {
    const from = Date.UTC(2026, 10, 23, 0, 0);
    expect(shown(from, from + DAY, "Asia/Kathmandu")).toEqual(["06:00", "12:00", "18:00", "11/24"]);
  });

  it("leaves out the hour that spring skips", () => {
    const from = Date.UTC(2026, 2, 28, 23);
    expect(shown(from, from + 6 * HOUR, "Europe/Berlin", 8)).toEqual([
      "3/29",
      "01:00",
      "03:00",
      "04:00",
      "05:00",
      "06:00",
      "07:00",
    ]);
  });

  it("keeps both of the hour that autumn repeats", () => {
    const from = Date.UTC(2026, 9, 24, 22);
    expect(shown(from, from + 5 * HOUR, "Europe/Berlin", 8)).toEqual([
      "10/25",
      "01:00",
      "02:00",
      "02:00",
      "03:00",
      "04:00",
    ]);
  });

  it("marks midnights over the change of the clock, and months over a year", () => {
    const from = Date.UTC(2026, 2, 26, 12);
    expect(shown(from, from + 5 * DAY, "Europe/Berlin")).toEqual(["3/27", "3/28", "3/29", "3/30", "3/31"]);
    const year = timeTicks(Date.UTC(2026, 0, 10), Date.UTC(2026, 11, 10), "UTC", 6);
    expect(year.every(({ kind }) => kind === "month")).toBe(true);
    expect(year.map(({ at }) => wallTime("UTC", at).month)).toEqual([3, 5, 7, 9, 11]);
  });

  it("marks a day that begins after its skipped midnight", () => {
    const from = Date.UTC(2026, 2, 28, 12);
    const at = timeTicks(from, from + 2 * DAY, "Africa/Cairo", 3).map((tick) => tick.at);
    expect(at.length).toBe(2);
  });

  it("stays within the range, ascends, and is never more than the hour an autumn adds over the room", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
    );
    const start = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2027, 0) });
    fc.assert(
      fc.property(start, fc.integer({ min: 5 * MINUTE, max: 400 * DAY }), zones, (from, span, zone) => {
        const ticks = timeTicks(from, from + span, zone, 8);
        expect(ticks.length).toBeLessThanOrEqual(11);
        for (const [index, { at }] of ticks.entries()) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(at).toBeLessThanOrEqual(from + span);
          expect(at).toBeGreaterThan(ticks[index - 1]?.at ?? Number.NEGATIVE_INFINITY);
        }
      }),
      { numRuns: 200 },
    );
  });
});
