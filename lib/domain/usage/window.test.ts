import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import {
  ceilBucket,
  floorBucket,
  formatWindow,
  granularity,
  parseWindow,
  segments,
  TIER_KEPT_MS,
  TIER_MS,
  type Window,
  windowRange,
  windowRangeAtEnd,
  windowResetsAt,
} from "./window";

const at = (text: string) => Date.parse(text);
const NOW = at("2026-11-23T12:45:33.250Z");

const windowText = fc.oneof(
  fc.integer({ min: 1, max: 8_640 }).map((tens) => `${tens * 10}s`),
  fc.integer({ min: 1_440, max: 44_640 }).map((minutes) => `${minutes}m`),
  fc.constantFrom("calendar_hour", "calendar_day", "calendar_month"),
);
const zone = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
);
const instant = fc.integer({ min: at("2015-01-01"), max: at("2035-01-01") });

describe("a written window", () => {
  test.each<[string, Window]>([
    ["10s", { kind: "sliding", ms: 10 * SECOND }],
    ["5m", { kind: "sliding", ms: 5 * MINUTE }],
    ["24h", { kind: "sliding", ms: DAY }],
    ["31d", { kind: "sliding", ms: 31 * DAY }],
    ["calendar_hour", { kind: "calendar", period: "hour", zone: "Europe/Berlin" }],
    ["calendar_month", { kind: "calendar", period: "month", zone: "Europe/Berlin" }],
  ])("%s is read", (text, window) => {
    expect(parseWindow(text, "Europe/Berlin")).toEqual(window);
  });

  test.each([
    ["9s", "must be at least 10s"],
    ["0s", "must be at least 10s"],
    ["32d", "must be at most 31d"],
    ["15s", "must be a multiple of 10s"],
    ["86410s", "must be a multiple of 1m beyond 24h"],
    ["calendar_week", "must be calendar_hour, calendar_day, calendar_month, or a duration from 10s to 31d"],
    ["calendar", "must be calendar_hour"],
    ["soon", "must be a duration"],
    ["", "must be a duration"],
  ])("%j is refused: %s", (text, message) => {
    expect(() => parseWindow(text, "UTC")).toThrow(message);
  });

  test("on the calendar needs a zone, a sliding one does not", () => {
    expect(() => parseWindow("calendar_day", "Mars/Olympus")).toThrow(/IANA time zone/);
    expect(parseWindow("1h", "Mars/Olympus")).toEqual({ kind: "sliding", ms: HOUR });
  });

  test("is written as it reads", () => {
    fc.assert(
      fc.property(windowText, zone, (text, inZone) => {
        const window = parseWindow(text, inZone);
        expect(parseWindow(formatWindow(window), inZone)).toEqual(window);
      }),
    );
  });
});

describe("a window's range", () => {
  test.each([
    ["10s", "UTC", "2026-11-23T12:45:30Z", "2026-11-23T12:45:40Z"],
    ["5m", "UTC", "2026-11-23T12:40:40Z", "2026-11-23T12:45:40Z"],
    ["24h", "UTC", "2026-11-22T12:45:40Z", "2026-11-23T12:45:40Z"],
    ["25h", "UTC", "2026-11-22T11:46:00Z", "2026-11-23T12:46:00Z"],
    ["31d", "UTC", "2026-10-23T12:46:00Z", "2026-11-23T12:46:00Z"],
    ["calendar_hour", "Asia/Kolkata", "2026-11-23T12:30:00Z", "2026-11-23T12:45:40Z"],
    ["calendar_day", "Asia/Kolkata", "2026-11-22T18:30:00Z", "2026-11-23T12:45:40Z"],
    ["calendar_month", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-23T12:46:00Z"],
  ])("of %s in %s is from %s to %s", (text, inZone, from, to) => {
    expect(windowRange(parseWindow(text, inZone), NOW)).toEqual({ from: at(from), to: at(to) });
  });

  test("has window/g buckets ending with the current one, or starts with the period", () => {
    fc.assert(
      fc.property(windowText, zone, instant, (text, inZone, now) => {
        const window = parseWindow(text, inZone);
        const size = granularity(window);
        const { from, to } = windowRange(window, now);
        expect(to % size).toBe(0);
        expect(from % (10 * SECOND)).toBe(0);
        expect(to).toBeGreaterThan(now);
        expect(to - size).toBeLessThanOrEqual(now);
        if (window.kind === "sliding") expect((to - from) / size).toBe(window.ms / size);
        else expect(from).toBeLessThanOrEqual(now);
      }),
    );
  });

  test("goes back to one bucket when its period begins, and only then", () => {
    const day = parseWindow("calendar_day", "Europe/Berlin");
    const midnight = at("2026-11-22T23:00:00Z");
    expect(windowRange(day, midnight)).toEqual({ from: midnight, to: midnight + 10 * SECOND });
    expect(windowRange(day, midnight - 1)).toEqual({ from: midnight - DAY, to: midnight });
    expect(windowRangeAtEnd(day, midnight)).toEqual({ from: midnight - DAY, to: midnight });
    expect(windowResetsAt(day, midnight - 1)).toBe(midnight);
    expect(windowResetsAt(parseWindow("1h", "UTC"), midnight)).toBeNull();
  });

  test("never moves back as time goes on", () => {
    fc.assert(
      fc.property(
        windowText,
        zone,
        instant,
        fc.integer({ min: 0, max: 40 * DAY }),
        (text, inZone, now, later) => {
          const window = parseWindow(text, inZone);
          const [first, second] = [windowRange(window, now), windowRange(window, now + later)];
          expect(second.from).toBeGreaterThanOrEqual(first.from);
          expect(second.to).toBeGreaterThanOrEqual(first.to);
        },
      ),
    );
  });
});

describe("buckets", () => {
  test.each([
    [0, 0, 0],
    [1, 0, 10],
    [10, 10, 10],
    [19, 10, 20],
    [-1, -10, 0],
  ])("around %s begin at %s and %s", (value, floor, ceil) => {
    expect(floorBucket(value, 10) + 0).toBe(floor);
    expect(ceilBucket(value, 10) + 0).toBe(ceil);
  });
});

describe("segments", () => {
  const show = (found: ReturnType<typeof segments>) =>
    found.map(
      ({ tier, from, to }) => `${tier} ${new Date(from).toISOString().slice(11, 19)} ${(to - from) / SECOND}`,
    );

  test.each([
    ["12:00:00", "12:00:00", []],
    ["12:00:00", "13:00:00", ["hour 12:00:00 3600"]],
    ["12:00:10", "12:00:50", ["10s 12:00:10 40"]],
    ["12:00:50", "12:01:10", ["10s 12:00:50 20"]],
    ["12:50:00", "13:10:00", ["minute 12:50:00 1200"]],
    ["12:00:50", "12:02:10", ["10s 12:00:50 10", "minute 12:01:00 60", "10s 12:02:00 10"]],
    [
      "10:58:50",
      "13:01:10",
      [
        "10s 10:58:50 10",
        "minute 10:59:00 60",
        "hour 11:00:00 7200",
        "minute 13:00:00 60",
        "10s 13:01:00 10",
      ],
    ],
  ])("from %s to %s are %j", (from, to, expected) => {
    expect(show(segments(at(`2026-11-23T${from}Z`), at(`2026-11-23T${to}Z`)))).toEqual(expected);
  });

  const grid = fc.integer({ min: 0, max: 40 * 8_640 }).map((tens) => at("2026-10-20") + tens * 10 * SECOND);
  const range = fc.oneof(
    fc.tuple(grid, grid),
    fc
      .tuple(grid, fc.integer({ min: 1, max: 1_000 }))
      .map(([from, tens]) => [from, from + tens * 10 * SECOND]),
  ) as fc.Arbitrary<[number, number]>;

  function expectOnGridAndJoined(found: ReturnType<typeof segments>): void {
    for (const [index, { tier, from, to }] of found.entries()) {
      expect(to).toBeGreaterThan(from);
      expect(from % TIER_MS[tier]).toBe(0);
      expect(to % TIER_MS[tier]).toBe(0);
      const next = found[index + 1];
      if (next !== undefined) {
        expect(next.from).toBe(to);
        expect(next.tier).not.toBe(tier);
      }
    }
  }

  test("cover the range exactly, on each tier's grid, with no tier finer than it must be", () => {
    fc.assert(
      fc.property(range, ([from, to]) => {
        const found = segments(from, to);
        expect(found.length).toBeLessThanOrEqual(5);
        expect(found.length === 0).toBe(to <= from);
        if (found.length === 0) return;
        expect(found[0]?.from).toBe(from);
        expect(found.at(-1)?.to).toBe(to);
        expectOnGridAndJoined(found);
        const total = (tier: string) =>
          found.filter((each) => each.tier === tier).reduce((sum, each) => sum + each.to - each.from, 0);
        expect(total("10s")).toBeLessThan(2 * MINUTE);
        expect(total("minute")).toBeLessThan(2 * HOUR);
      }),
      { numRuns: 500 },
    );
  });

  test("only read what a tier still keeps, and widen the range by less than a coarser bucket instead", () => {
    const now = at("2026-11-28T12:45:33Z");
    fc.assert(
      fc.property(range, ([from, to]) => {
        const found = segments(from, to, { now });
        if (to <= from) {
          expect(found).toEqual([]);
          return;
        }
        expectOnGridAndJoined(found);
        for (const each of found) expect(each.from).toBeGreaterThanOrEqual(now - TIER_KEPT_MS[each.tier]);
        const [first, last] = [found[0]?.from as number, found.at(-1)?.to as number];
        const widest = (edge: number) => (edge < now - 31 * DAY ? HOUR : edge < now - DAY ? MINUTE : 1);
        expect(from - first).toBeGreaterThanOrEqual(0);
        expect(last - to).toBeGreaterThanOrEqual(0);
        expect(from - first).toBeLessThan(widest(from));
        expect(last - to).toBeLessThan(widest(to));
      }),
      { numRuns: 500 },
    );
  });

  test("stay exact where what a tier keeps begins in the middle of a coarser bucket", () => {
    const [from, to] = [at("2026-11-26T12:45:40Z"), at("2026-11-26T12:45:50Z")];
    expect(segments(from, to, { now: at("2026-11-28T12:45:33Z") })).toEqual([{ tier: "10s", from, to }]);
  });

  test("of every live window are exact: no tier forgets before a window has passed", () => {
    fc.assert(
      fc.property(windowText, zone, instant, (text, inZone, now) => {
        const { from, to } = windowRange(parseWindow(text, inZone), now);
        expect(segments(from, to, { now })).toEqual(segments(from, to));
      }),
    );
  });

  test("off the 10 s grid are refused", () => {
    expect(() => segments(5_000, 20_000)).toThrow(/multiples of 10 s/);
    expect(() => segments(0, 20_001)).toThrow(/multiples of 10 s/);
  });
});
