import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { parseTimestamptz } from "./timestamptz";

describe("an instant of Postgres", () => {
  it.each([
    ["2026-11-26 16:59:03+00", "2026-11-26T16:59:03.000Z"],
    ["2026-11-26 16:59:03.1+00", "2026-11-26T16:59:03.100Z"],
    ["2026-11-26 16:59:03.12+00", "2026-11-26T16:59:03.120Z"],
    ["2026-11-26 16:59:03.123+00", "2026-11-26T16:59:03.123Z"],
    ["2026-11-26 16:59:03.123999+00", "2026-11-26T16:59:03.123Z"],
    ["2024-02-29 23:59:59.999+00", "2024-02-29T23:59:59.999Z"],
    ["1969-12-31 23:59:59.5+00", "1969-12-31T23:59:59.500Z"],
    ["2026-11-26 16:59:03.25+05:30", "2026-11-26T11:29:03.250Z"],
    ["0044-03-15 12:00:00+00", "0044-03-15T12:00:00.000Z"],
    ["2026-11-26 16:59:03+02", "2026-11-26T14:59:03.000Z"],
  ])("%s is %s", (text, instant) => {
    expect(new Date(parseTimestamptz(text)).toISOString()).toBe(instant);
  });

  it.each(["infinity", "-infinity", "0044-03-15 12:00:00+00 BC", ""])("%j is none", (text) => {
    expect(parseTimestamptz(text)).toBeNaN();
  });

  test("of any millisecond comes back", () => {
    const range = { min: Date.UTC(100, 0), max: Date.UTC(9999, 11, 31) };
    fc.assert(
      fc.property(fc.integer(range), fc.constantFrom("", "0", "999"), (at, finer) => {
        const text = `${new Date(at).toISOString().replace("T", " ").replace("Z", "")}${finer}+00`;
        expect(parseTimestamptz(text)).toBe(at);
      }),
    );
  });
});
