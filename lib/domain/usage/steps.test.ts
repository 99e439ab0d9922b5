import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import { defaultStep, fill, grid, pointCount, pointTimes, STEP_MS, STEPS, type Step } from "./steps";
import { TIER_KEPT_MS, TIER_MS } from "./window";

const NOW = Date.parse("2026-11-23T12:45:33Z");

describe("the default step", () => {
  test.each<[string, number, number, Step]>([
    ["the last hour", HOUR, 0, "10s"],
    ["66 min 30 s", 66.5 * MINUTE, 0, "10s"],
    ["67 min", 67 * MINUTE, 0, "1m"],
    ["6 hours", 6 * HOUR, 0, "1m"],
    ["24 hours", DAY, 0, "5m"],
    ["7 days", 7 * DAY, 0, "1h"],
    ["30 days", 30 * DAY, 0, "1d"],
    ["400 days", 400 * DAY, 0, "1d"],
    ["10 years", 3650 * DAY, 0, "1d"],
    ["an hour three days ago", 3 * DAY, 3 * DAY - HOUR, "1m"],
    ["an hour forty days ago", 40 * DAY, 40 * DAY - HOUR, "1h"],
  ])("of %s is the finest that fits", (_, fromAgo, toAgo, step) => {
    expect(defaultStep(NOW - fromAgo, NOW - toAgo, NOW)).toBe(step);
  });

  test("is an hour or more where a breakdown has no finer one", () => {
    expect(defaultStep(NOW - HOUR, NOW, NOW, "1h")).toBe("1h");
    expect(defaultStep(NOW - 30 * DAY, NOW, NOW, "1h")).toBe("1d");
  });

  test("keeps to 400 points and to what is kept, and is the finest that does", () => {
    const ago = fc.integer({ min: 1, max: 390 * DAY });
    fc.assert(
      fc.property(ago, ago, (a, b) => {
        const [from, to] = [NOW - Math.max(a, b), NOW - Math.min(a, b)];
        const found = grid({ from, to, now: NOW });
        expect(found.count).toBeLessThanOrEqual(400);
        expect(found.from).toBeGreaterThan(NOW - TIER_KEPT_MS[found.tier] - found.stepMs);
        const finer = STEPS[STEPS.indexOf(found.step) - 1];
        if (finer === undefined) return;
        const tooOld = () => grid({ from, to, now: NOW, step: finer });
        if (pointCount(finer, from, to) <= 400) expect(tooOld).toThrow(/kept/);
      }),
    );
  });
});

describe("a grid", () => {
  test("floors its start and covers up to its end", () => {
    const found = grid({ from: NOW - 90 * SECOND, to: NOW, step: "1m", now: NOW });
    expect(pointTimes(found).map((each) => new Date(each).toISOString().slice(11, 19))).toEqual([
      "12:44:00",
      "12:45:00",
    ]);
    expect(found).toMatchObject({ tier: "minute", stepMs: MINUTE, count: 2 });
  });

  test("has no point at its very end, and none at all when empty", () => {
    expect(pointCount("1m", 0, 2 * MINUTE)).toBe(2);
    expect(pointCount("1m", 0, 2 * MINUTE + 1)).toBe(3);
    expect(pointCount("1m", MINUTE, MINUTE)).toBe(0);
    expect(pointCount("1m", MINUTE, 0)).toBe(0);
  });

  test.each<[Step, number, RegExp]>([
    ["10s", 2 * DAY + 1, /10s is kept for 2 days only/],
    ["5m", 32 * DAY + 1, /5m is kept for 32 days only/],
    ["1h", 401 * DAY, /1h is kept for 400 days only/],
    ["1m", 20_001 * MINUTE, /at most 20000 are possible/],
  ])("of %s reaching %s ms back is refused", (step, ago, message) => {
    expect(() => grid({ from: NOW - ago, to: NOW, step, now: NOW })).toThrow(message);
  });

  test("finer than a breakdown is refused", () => {
    expect(() => grid({ from: NOW - HOUR, to: NOW, step: "5m", now: NOW, atLeast: "1h" })).toThrow(
      /1h or more/,
    );
  });

  test("has its points on the UTC grid, ascending, none missing, from the floored start to before the end", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STEPS),
        fc.integer({ min: 0, max: 2 * DAY }),
        fc.integer({ min: 0, max: DAY }),
        (step, ago, length) => {
          const [from, to] = [NOW - ago, NOW - ago + length];
          const found = grid({ from, to, step, now: NOW });
          const times = pointTimes(found);
          expect(STEP_MS[step] % TIER_MS[found.tier]).toBe(0);
          for (const [index, time] of times.entries()) {
            expect(time % STEP_MS[step]).toBe(0);
            expect(time).toBe(found.from + index * STEP_MS[step]);
            expect(time).toBeLessThan(to);
          }
          expect(found.from).toBeLessThanOrEqual(from);
          expect(found.from + times.length * STEP_MS[step]).toBeGreaterThanOrEqual(to);
        },
      ),
    );
  });
});

describe("filling", () => {
  const three = { from: 0, stepMs: 10_000, count: 3 };

  test("reads 0 for sums, and nothing for the rest, where no bucket is", () => {
    const values = new Map([[10_000, 7]]);
    expect(fill(three, (at) => values.get(at), "requests")).toEqual([
      [0, 0],
      [10_000, 7],
      [20_000, 0],
    ]);
    expect(fill(three, (at) => values.get(at), "latency_p95")).toEqual([
      [0, null],
      [10_000, 7],
      [20_000, null],
    ]);
  });

  test("keeps what a bucket says, and leaves out what is off the grid", () => {
    const values = new Map<number, number | null>([
      [0, 0],
      [10_000, null],
      [15_000, 9],
      [30_000, 9],
    ]);
    expect(fill(three, (at) => values.get(at), "error_rate")).toEqual([
      [0, 0],
      [10_000, null],
      [20_000, null],
    ]);
  });
});
