import fc from "fast-check";
import { expect, test } from "vitest";
import { packReset, unpackReset } from "./reset-mark";

const DAY = 86_400_000;
const instant = fc.integer({ min: 0, max: 4e12 });

test.each([
  ["a few seconds", 5_000, 5_000],
  ["a part of a second, rounded up", 1, 1_000],
  ["midnight, to the second", DAY, DAY],
  ["the past", -DAY, 1_000],
  ["past all bounds", 1e15, (3_600_000 + 594_303 * 60) * 1_000],
])("%s", (_, ahead, expected) => {
  expect(unpackReset(0, packReset(0, ahead))).toBe(expected);
});

test("a reset comes back within a second, past 41 days within a minute, and never early", () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 1_000, max: 400 * DAY }), (at, ahead) => {
      const packed = packReset(at, at + ahead);
      expect(packed).toBeLessThan(2 ** 22);
      const late = unpackReset(at, packed) - (at + ahead);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(ahead <= 41 * DAY ? 1_000 : 61_000);
    }),
  );
});
