import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, MINUTE } from "./duration";
import { checkTime, parseEventTime, parseRequestTime } from "./time";

const AT = Date.UTC(2026, 10, 23, 12, 45, 33, 123);

describe("an event's time", () => {
  test.each<[unknown, number]>([
    ["2026-11-23T12:45:33.123Z", AT],
    ["2026-11-23t12:45:33.123z", AT],
    ["2026-11-23 12:45:33.123+00:00", AT],
    ["2026-11-23T18:15:33.123+05:30", AT],
    ["2026-11-23T04:45:33.123-08:00", AT],
    ["2026-11-23T12:45:33.123999999Z", AT],
    ["2026-11-23T12:45:33.1Z", AT - 23],
    ["2026-11-23T12:45:33-00:00", AT - 123],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1)],
    [AT / 1e3, AT],
    [Math.floor(AT / 1e3), AT - 123],
    [AT, AT],
    [AT + 0.9, AT],
    [AT * 1e3, AT],
    [AT * 1e6, AT],
    [String(AT / 1e3), AT],
    [String(AT), AT],
    [`${AT}456`, AT],
    [`${AT}456789`, AT],
    [`${AT}999999`, AT],
    [`${AT}000000`, AT],
    ["1795437933.123456789", 1_795_437_933_123],
    [0, 0],
  ])("%j is %s", (value, at) => {
    expect(parseEventTime(value)).toEqual({ ok: true, at });
  });

  test.each<[unknown, RegExp]>([
    ["2026-11-23T12:45:33", /offset/],
    ["2026-11-23", /RFC 3339/],
    ["2026-11-23T12:45Z", /RFC 3339/],
    ["2026-11-23T12:45:33.Z", /RFC 3339/],
    ["2026-11-23T12:45:33.1234567890Z", /RFC 3339/],
    ["2026-11-23T12:45:33+0530", /RFC 3339/],
    ["2026-11-23T12:45:33Z ", /RFC 3339/],
    ["2026-13-01T00:00:00Z", /day that does not exist/],
    ["2026-02-29T00:00:00Z", /day that does not exist/],
    ["2026-00-10T00:00:00Z", /day that does not exist/],
    ["2026-11-23T24:00:00Z", /time of day/],
    ["2026-11-23T12:60:00Z", /time of day/],
    ["2026-11-23T24:00:00.000Z", /time of day/],
    ["2026-11-23T12:60:00.000Z", /time of day/],
    ["2026-11-23T12:00:60.000Z", /time of day/],
    ["2026-02-29T00:00:00.000Z", /day that does not exist/],
    ["2026-11-23T12:00:60Z", /time of day/],
    ["2026-11-23T12:00:00+24:00", /time of day/],
    ["0001-01-01T00:00:00Z", /1970/],
    ["yesterday", /RFC 3339/],
    ["", /RFC 3339/],
    ["-5", /RFC 3339/],
    ["1e9", /RFC 3339/],
    [-1, /RFC 3339/],
    [Number.NaN, /RFC 3339/],
    [Number.POSITIVE_INFINITY, /RFC 3339/],
    [1e300, /RFC 3339/],
    [null, /RFC 3339/],
    [true, /RFC 3339/],
    [{}, /RFC 3339/],
  ])("%j is refused", (value, message) => {
    const parsed = parseEventTime(value);
    expect(parsed.ok ? "accepted" : parsed.message).toMatch(message);
  });

  test("means the same instant in every unit and writing", () => {
    const ms = fc.integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(ms, (at) => {
        const writings = [
          at,
          at / 1e3,
          at * 1e3,
          at * 1e6,
          `${at}`,
          `${at}000`,
          `${at}000000`,
          new Date(at).toISOString(),
        ];
        for (const value of writings) expect(parseEventTime(value)).toEqual({ ok: true, at });
      }),
    );
  });

  test("is read alike in the usual writing and in any other", () => {
    const day = fc.constantFrom(
      "2026-11-23",
      "2026-02-29",
      "2024-02-29",
      "1969-12-31",
      "0000-00-00",
      "9999-12-31",
    );
    const two = fc
      .oneof(fc.nat({ max: 23 }), fc.constantFrom(24, 59, 60, 61, 99))
      .map((n) => String(n).padStart(2, "0"));
    const odd = fc.record({ at: fc.nat({ max: 23 }), char: fc.constantFrom("x", "/", ":", "-", " ", "Z") });
    fc.assert(
      fc.property(
        day,
        two,
        two,
        two,
        fc.integer({ min: 100, max: 999 }),
        fc.option(odd),
        (date, h, m, s, ms, slip) => {
          const right = `${date}T${h}:${m}:${s}.${ms}Z`;
          const text = slip === null ? right : right.slice(0, slip.at) + slip.char + right.slice(slip.at + 1);
          // Three more digits mean nothing, and are never the usual writing.
          const longer = `${text.slice(0, 23)}000${text.slice(23)}`;
          expect(parseEventTime(text)).toEqual(parseEventTime(longer));
        },
      ),
    );
  });

  test("never makes the parser throw or give half an answer", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const parsed = parseEventTime(value);
        if (parsed.ok) expect(Number.isSafeInteger(parsed.at)).toBe(true);
        else expect(parsed.message).not.toBe("");
      }),
    );
  });
});

describe("a request's time", () => {
  test.each<[unknown, number]>([
    [String(AT), AT],
    [AT, AT],
    ["0", 0],
    ["1795437933", 1_795_437_933],
    ["2026-11-23T12:45:33.123Z", AT],
  ])("%j is %s", (value, at) => {
    expect(parseRequestTime(value)).toEqual({ ok: true, at });
  });

  test.each<[unknown]>([["now"], ["2026-11-23"], ["1.5"], [1.5], [-1], [""], [null], ["9999999999999999"]])(
    "%j is refused",
    (value) => {
      expect(parseRequestTime(value)).toMatchObject({ ok: false });
    },
  );
});

describe("the clock rule", () => {
  test.each([
    [0, null],
    [-30 * DAY, null],
    [-30 * DAY - 1, "is older than the 30 days that events are kept"],
    [5 * MINUTE, null],
    [5 * MINUTE + 1, "is more than 5 minutes ahead of the server's clock"],
  ])("for %s ms from now says %j", (distance, message) => {
    expect(checkTime(AT + distance, AT, 30)).toBe(message);
  });
});
