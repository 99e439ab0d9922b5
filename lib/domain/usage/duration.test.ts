import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY, formatDuration, HOUR, MINUTE, parseDuration, SECOND } from "./duration";

test.each([
  ["0s", 0],
  ["10s", 10 * SECOND],
  ["5m", 5 * MINUTE],
  ["24h", DAY],
  ["31d", 31 * DAY],
  ["1h30m", 90 * MINUTE],
  ["1d2h3m4s", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND],
])("%s is %s ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "10", "s", "1.5h", "-5m", "5 m", "5M", "10ms", "1w", "30m1h", "5m\n", "1e3s"])(
  "%j is no duration, and the message shows what is",
  (text) => {
    expect(() => parseDuration(text)).toThrow(/such as "30s"/);
  },
);

test("bounds are inclusive and named in the message", () => {
  const bounds = { min: 10 * SECOND, max: 31 * DAY };
  expect(parseDuration("10s", bounds)).toBe(bounds.min);
  expect(parseDuration("31d", bounds)).toBe(bounds.max);
  expect(() => parseDuration("9s", bounds)).toThrow("must be at least 10s");
  expect(() => parseDuration("32d", bounds)).toThrow("must be at most 31d");
});

test.each([
  [0, "0s"],
  [90 * SECOND, "90s"],
  [60 * SECOND, "1m"],
  [90 * MINUTE, "90m"],
  [DAY, "1d"],
  [25 * HOUR, "25h"],
])("%s ms is written %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("what is written reads back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 86_400 }), (seconds) => {
      expect(parseDuration(formatDuration(seconds * SECOND))).toBe(seconds * SECOND);
    }),
  );
});

test.each([-1, 1.5, 999, Number.NaN])("%s ms cannot be written", (ms) => {
  expect(() => formatDuration(ms)).toThrow(/whole seconds/);
});
