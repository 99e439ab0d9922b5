import { describe, expect, test } from "vitest";
import {
  readCount,
  readDurationS,
  readHttpDate,
  readReset,
  readSeconds,
  readWaitS,
  windowLabel,
} from "./parse";

const NOW = Date.UTC(2026, 4, 9, 17, 59, 30);

describe("durations", () => {
  test.each([
    ["12ms", 0.012],
    ["2s", 2],
    ["6m0s", 360],
    ["1h2m3.5s", 3_723.5],
    ["31.490252191s", 31.49],
    ["250µs", 0],
    ["1d", 86_400],
    ["90", 90],
    ["0", 0],
  ])("%s is %d s", (text, seconds) => expect(readDurationS(text)).toBe(seconds));

  test.each(["", "s", "-2s", "2x", "2s3", "1.2.3s", "1e3s", "99999d", `${"1h".repeat(30)}`, "٣s", " 2s"])(
    "%j is not one",
    (text) => expect(readDurationS(text)).toBeNull(),
  );
});

describe("numbers", () => {
  test.each([
    ["10", 10],
    [" 10 ", 10],
    [0, 0],
    ["1000000", 1_000_000],
  ])("%j counts", (value, count) => expect(readCount(value)).toBe(count));

  test.each([
    -1,
    "-1",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "1e400",
    "1e3",
    "0x10",
    "",
    " ",
    "ten",
    null,
    undefined,
    {},
    1e16,
  ])("%j does not", (value) => expect(readCount(value)).toBeNull());

  test("seconds end at 400 days", () => {
    expect(readSeconds(400 * 86_400)).toBe(400 * 86_400);
    expect(readSeconds(400 * 86_400 + 1)).toBeNull();
    expect(readSeconds("0.0004")).toBe(0);
  });
});

describe("HTTP dates, in the three forms of RFC 9110", () => {
  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT"],
    ["Sunday, 06-Nov-94 08:49:37 GMT"],
    ["Sun Nov  6 08:49:37 1994"],
  ])("%s", (text) => expect(readHttpDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37)));

  test.each(["Sun, 06 Foo 1994 08:49:37 GMT", "06 Nov 1994", "20", "tomorrow"])("not %s", (text) =>
    expect(readHttpDate(text)).toBeNull(),
  );
});

describe("resets", () => {
  test.each([
    ["23", NOW + 23_000],
    [23, NOW + 23_000],
    ["6m0s", NOW + 360_000],
    ["1778349600", Date.UTC(2026, 4, 9, 18)],
    ["1778349600000", Date.UTC(2026, 4, 9, 18)],
    ["2026-05-09T18:00:00Z", Date.UTC(2026, 4, 9, 18)],
    ["2026-05-09T20:00:00.250+02:00", Date.UTC(2026, 4, 9, 18) + 250],
    ["Sat, 09 May 2026 18:00:00 GMT", Date.UTC(2026, 4, 9, 18)],
  ])("%j", (value, at) => expect(readReset(value, NOW)).toBe(at));

  test("a reset just past is now, one long past or far ahead is not believed", () => {
    expect(readReset("2026-05-09T17:59:00Z", NOW)).toBe(NOW);
    expect(readReset("2026-05-01T00:00:00Z", NOW)).toBeNull();
    expect(readReset("2036-05-01T00:00:00Z", NOW)).toBeNull();
    expect(readReset("99999999999999999999", NOW)).toBeNull();
    expect(readReset("2026-13-45T99:00:00Z", NOW)).toBeNull();
    expect(readReset(Number.NaN, NOW)).toBeNull();
  });

  test("a wait is never negative", () => {
    expect(readWaitS("Sat, 09 May 2026 17:59:00 GMT", NOW)).toBe(0);
    expect(readWaitS("-5", NOW)).toBeNull();
  });
});

test("window labels", () => {
  expect([1, 60, 3_600, 86_400, 2_678_400, 90].map(windowLabel)).toEqual([
    "1s",
    "1m",
    "1h",
    "1d",
    "31d",
    "90s",
  ]);
  expect([0, -60, 0.5, Number.NaN, 1e12, null].map(windowLabel)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});
