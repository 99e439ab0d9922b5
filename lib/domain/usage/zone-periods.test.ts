import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "./duration";
import { nextPeriod, type Period, startOfPeriod, wallTime, zoneOffset } from "./zone";
import { at, iso, ZONES } from "./zone.testing";

const PERIODS: Period[] = ["hour", "day", "month"];

describe("periods in a zone", () => {
  test.each<[string, Period, string, string, string, string]>([
    ["UTC", "hour", "2026-11-23T12:45:33Z", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z", "plain"],
    [
      "UTC",
      "day",
      "2026-11-23T00:00:00Z",
      "2026-11-23T00:00:00Z",
      "2026-11-24T00:00:00Z",
      "an edge begins its period",
    ],
    ["UTC", "month", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "over New Year"],
    ["UTC", "month", "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", "leap year"],
    [
      "Asia/Kolkata",
      "hour",
      "2026-11-23T12:45:00Z",
      "2026-11-23T12:30:00Z",
      "2026-11-23T13:30:00Z",
      "half-hour zone",
    ],
    [
      "Asia/Kolkata",
      "day",
      "2026-11-23T12:45:00Z",
      "2026-11-22T18:30:00Z",
      "2026-11-23T18:30:00Z",
      "half-hour zone",
    ],
    [
      "Asia/Kathmandu",
      "hour",
      "2026-11-23T12:45:00Z",
      "2026-11-23T12:15:00Z",
      "2026-11-23T13:15:00Z",
      "quarter-hour zone",
    ],
    [
      "Europe/Berlin",
      "day",
      "2026-03-29T12:00:00Z",
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z",
      "a day of 23 h",
    ],
    [
      "Europe/Berlin",
      "day",
      "2026-10-25T12:00:00Z",
      "2026-10-24T22:00:00Z",
      "2026-10-25T23:00:00Z",
      "a day of 25 h",
    ],
    [
      "Europe/Berlin",
      "month",
      "2026-03-15T12:00:00Z",
      "2026-02-28T23:00:00Z",
      "2026-03-31T22:00:00Z",
      "offsets differ at its ends",
    ],
    [
      "America/New_York",
      "hour",
      "2026-11-01T05:30:00Z",
      "2026-11-01T05:00:00Z",
      "2026-11-01T06:00:00Z",
      "01:00 the first time",
    ],
    [
      "America/New_York",
      "hour",
      "2026-11-01T06:30:00Z",
      "2026-11-01T06:00:00Z",
      "2026-11-01T07:00:00Z",
      "01:00 the second time",
    ],
    [
      "America/New_York",
      "hour",
      "2026-03-08T07:30:00Z",
      "2026-03-08T07:00:00Z",
      "2026-03-08T08:00:00Z",
      "03:00 right after 01:59",
    ],
    [
      "Australia/Lord_Howe",
      "day",
      "2026-04-05T00:00:00Z",
      "2026-04-04T13:00:00Z",
      "2026-04-05T13:30:00Z",
      "a day of 24.5 h",
    ],
    [
      "Australia/Lord_Howe",
      "hour",
      "2026-04-04T15:15:00Z",
      "2026-04-04T14:00:00Z",
      "2026-04-04T15:30:00Z",
      "01:30 repeated: 90 min",
    ],
    [
      "Australia/Lord_Howe",
      "hour",
      "2026-04-04T14:10:00Z",
      "2026-04-04T14:00:00Z",
      "2026-04-04T15:30:00Z",
      "the same seen from its start",
    ],
    [
      "Australia/Lord_Howe",
      "hour",
      "2026-10-03T15:40:00Z",
      "2026-10-03T15:30:00Z",
      "2026-10-03T16:00:00Z",
      "02:30 follows 01:59: 30 min",
    ],
    [
      "Australia/Lord_Howe",
      "hour",
      "2026-10-03T15:20:00Z",
      "2026-10-03T14:30:00Z",
      "2026-10-03T15:30:00Z",
      "the hour before the jump",
    ],
    [
      "America/Sao_Paulo",
      "day",
      "2018-11-04T12:00:00Z",
      "2018-11-04T03:00:00Z",
      "2018-11-05T02:00:00Z",
      "midnight is skipped",
    ],
    [
      "America/Sao_Paulo",
      "day",
      "2018-02-18T02:30:00Z",
      "2018-02-17T02:00:00Z",
      "2018-02-18T03:00:00Z",
      "23:00 comes twice",
    ],
    [
      "Asia/Beirut",
      "day",
      "2026-03-29T12:00:00Z",
      "2026-03-28T22:00:00Z",
      "2026-03-29T21:00:00Z",
      "midnight is skipped",
    ],
    [
      "Africa/Cairo",
      "day",
      "2026-04-24T12:00:00Z",
      "2026-04-23T22:00:00Z",
      "2026-04-24T21:00:00Z",
      "midnight is skipped",
    ],
    [
      "America/Havana",
      "day",
      "2026-11-01T05:30:00Z",
      "2026-11-01T04:00:00Z",
      "2026-11-02T05:00:00Z",
      "midnight comes twice: the first counts",
    ],
    [
      "America/Havana",
      "hour",
      "2026-11-01T05:30:00Z",
      "2026-11-01T05:00:00Z",
      "2026-11-01T06:00:00Z",
      "hours come twice",
    ],
    [
      "America/St_Johns",
      "day",
      "2009-11-01T02:45:00Z",
      "2009-11-01T02:30:00Z",
      "2009-11-02T03:30:00Z",
      "set back a minute after midnight",
    ],
    [
      "Pacific/Apia",
      "day",
      "2011-12-30T09:59:59Z",
      "2011-12-29T10:00:00Z",
      "2011-12-30T10:00:00Z",
      "the day before the skipped one",
    ],
    [
      "Pacific/Apia",
      "day",
      "2011-12-30T10:00:00Z",
      "2011-12-30T10:00:00Z",
      "2011-12-31T10:00:00Z",
      "the day after the skipped one",
    ],
  ])("%s, the %s of %s begins %s and ends %s: %s", (zone, period, instant, start, end) => {
    expect(iso(startOfPeriod(period, zone, at(instant)))).toBe(start);
    expect(iso(nextPeriod(period, zone, at(instant)))).toBe(end);
  });

  // Fixed points around which clocks change make random instants hit the changes often.
  const near = fc
    .tuple(
      fc.constantFrom(
        at("2026-03-08T07:00:00Z"),
        at("2026-03-29T01:00:00Z"),
        at("2026-04-04T15:00:00Z"),
        at("2026-10-03T15:30:00Z"),
        at("2026-11-01T05:00:00Z"),
        at("2018-11-04T03:00:00Z"),
        at("2018-02-18T02:00:00Z"),
        at("2009-11-01T02:31:00Z"),
        at("2011-12-30T10:00:00Z"),
      ),
      fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
    )
    .map(([instant, distance]) => instant + distance);
  const instant = fc.oneof(near, fc.integer({ min: at("1990-01-01"), max: at("2060-01-01") }));

  test("divide time without gap or overlap, and never depend on what was asked before", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.constantFrom(...PERIODS), instant, (zone, period, now) => {
        const start = startOfPeriod(period, zone, now);
        const end = nextPeriod(period, zone, now);
        expect(start).toBeLessThanOrEqual(now);
        expect(end).toBeGreaterThan(now);
        // Asked from its first and last instants, the period is the same: through the memo and around it.
        for (const other of [end, start, start - 1, end - 1]) {
          const inside = other >= start && other < end;
          expect(startOfPeriod(period, zone, other) === start).toBe(inside);
          expect(nextPeriod(period, zone, other) === end).toBe(inside);
        }
        expect(nextPeriod(period, zone, start - 1)).toBe(start);
        expect(startOfPeriod(period, zone, end)).toBe(end);
      }),
      { numRuns: 400 },
    );
  });

  test("begin at the wall clock's hour or midnight, unless the clock skipped it, and on a full minute", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.constantFrom(...PERIODS), instant, (zone, period, now) => {
        const start = startOfPeriod(period, zone, now);
        expect(start % MINUTE).toBe(0);
        if (zoneOffset(zone, start - 1) !== zoneOffset(zone, start)) return;
        const wall = wallTime(zone, start);
        expect([wall.minute, wall.second]).toEqual([0, 0]);
        if (period !== "hour") expect(wall.hour).toBe(0);
        if (period === "month") expect(wall.day).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  test("have sane lengths", () => {
    const [shortest, longest] = [
      { hour: 30 * MINUTE, day: 22 * HOUR, month: 27 * DAY },
      { hour: 90 * MINUTE, day: 25 * HOUR, month: 31 * DAY + HOUR },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.constantFrom(...PERIODS), instant, (zone, period, now) => {
        const length = nextPeriod(period, zone, now) - startOfPeriod(period, zone, now);
        // St John's set its clock back a minute after midnight: one hour there lasted 61 min, the day before 24 h.
        expect(length).toBeGreaterThanOrEqual(shortest[period]);
        expect(length).toBeLessThanOrEqual(longest[period]);
      }),
      { numRuns: 300 },
    );
  });
});
