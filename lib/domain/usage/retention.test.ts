import { describe, expect, test } from "vitest";
import { estimateRetention } from "./retention";

const NOW = Date.UTC(2026, 10, 26, 13);
const day = (name: string, bytes: number) => ({ day: name, events: bytes / 100, bytes });
const STORED = [
  day("2026-11-22", 400),
  day("2026-11-24", 600),
  day("2026-11-25", 200),
  day("2026-11-26", 50),
];

describe("another retention", () => {
  test.each([
    // The day that is under way does not count for the mean.
    [30, 12_000, null],
    [2, 800, { days: 1, events: 4, bytes: 400, until: "2026-11-22" }],
    [1, 400, { days: 2, events: 10, bytes: 1000, until: "2026-11-24" }],
  ])("of %d days", (days, bytes, gone) => {
    expect(estimateRetention(STORED, days, NOW)).toEqual({ bytes, gone });
  });

  test("tells nothing while no day has ended", () => {
    expect(estimateRetention([day("2026-11-26", 50)], 7, NOW)).toEqual({ bytes: null, gone: null });
    expect(estimateRetention([], 7, NOW)).toEqual({ bytes: null, gone: null });
  });
});
