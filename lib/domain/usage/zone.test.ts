import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "./duration";
import { instantOfWall, isTimeZone, wallTime, zoneOffset } from "./zone";
import { at, iso, ZONES } from "./zone.testing";

describe("isTimeZone", () => {
  test.each([
    ["UTC", true],
    ["Europe/Berlin", true],
    ["Asia/Kolkata", true],
    ["Europe/Atlantis", false],
    ["+02:00", false],
    ["", false],
    [" UTC", false],
    ["a".repeat(10_000), false],
    [null, false],
    [5, false],
  ])("%j is %s", (value, expected) => {
    expect(isTimeZone(value)).toBe(expected);
  });
});

describe("wall clocks", () => {
  test("show the zone's date, time and weekday", () => {
    expect(wallTime("Asia/Kolkata", at("2026-11-22T19:05:09.500Z"))).toEqual({
      year: 2026,
      month: 11,
      day: 23,
      hour: 0,
      minute: 35,
      second: 9,
      weekday: 1,
    });
  });

  test.each([
    ["2026-06-01T12:00:00Z", 2 * HOUR],
    ["2026-12-01T12:00:00Z", HOUR],
    ["2026-03-29T00:59:59.999Z", HOUR],
    ["2026-03-29T01:00:00Z", 2 * HOUR],
  ])("are ahead of UTC in Berlin at %s by %s ms", (instant, offset) => {
    expect(zoneOffset("Europe/Berlin", at(instant))).toBe(offset);
  });

  test("read back: an instant's reading is first shown at that instant or an hour before", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES.filter((zone) => zone !== "Pacific/Apia")),
        fc.integer({ min: at("2000-01-01"), max: at("2040-01-01") }),
        (zone, now) => {
          const found = instantOfWall(zone, now + zoneOffset(zone, now));
          expect([0, 30 * MINUTE, HOUR]).toContain(now - found);
        },
      ),
    );
  });

  test("that skip a reading show the end of the gap", () => {
    expect(iso(instantOfWall("Europe/Berlin", at("2026-03-29T02:30:00Z")))).toBe("2026-03-29T01:00:00Z");
  });

  test("of an unknown zone throw", () => {
    expect(() => zoneOffset("Europe/Atlantis", 0)).toThrow(RangeError);
  });
});
