import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import {
  drainsTo,
  type Expiry,
  type Limit,
  limitRange,
  limitUsage,
  MIN_RATE_EVENTS,
  projectedFraction,
  runsOutBeforeReset,
  secondsToExhaustion,
} from "./limit";
import { parseWindow } from "./window";

const NOW = Date.parse("2026-11-23T18:00:03Z");
const MIDNIGHT = Date.parse("2026-11-24T00:00:00Z");

function limit(window: string, amount: number, resetsAt: number | null = null): Limit {
  return { metric: "requests", amount, window: parseWindow(window, "UTC"), resetsAt };
}

describe("what is used of a limit", () => {
  test.each([
    ["half", 500, 1000, 0.5, 500],
    ["nothing", 0, 1000, 0, 1000],
    ["all", 1000, 1000, 1, 0],
    ["more than all", 1200, 1000, 1.2, 0],
    ["a limit of nothing", 0, 0, 1, 0],
  ])("%s", (_, used, amount, usedFraction, headroom) => {
    expect(limitUsage({ limit: limit("calendar_day", amount), used, now: NOW })).toEqual({
      used,
      amount,
      usedFraction,
      headroom,
      resetsAt: MIDNIGHT,
    });
  });

  test.each<[string, string, number | null, number, number | null]>([
    ["the period's end", "calendar_day", null, 5, MIDNIGHT],
    ["what the provider said", "calendar_day", NOW + HOUR, 5, NOW + HOUR],
    ["what the provider said of a sliding window", "1m", NOW + 7 * SECOND, 5, NOW + 7 * SECOND],
    ["the period's end again once the provider's has passed", "calendar_day", NOW, 5, MIDNIGHT],
    ["one window after the current bucket began, if sliding", "1m", null, 5, NOW - 3 * SECOND + MINUTE],
    ["the same with minutes beyond a day", "7d", null, 5, NOW - 3 * SECOND + 7 * DAY],
    ["nothing, if nothing of a sliding window is used", "1m", null, 0, null],
  ])("resets at %s", (_, window, resetsAt, used, expected) => {
    expect(limitUsage({ limit: limit(window, 10, resetsAt), used, now: NOW }).resetsAt).toBe(expected);
  });

  test("of a sliding window has left it when it resets, and not a bucket before", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("10s", "1m", "1h", "1d", "7d"),
        fc.integer({ min: 0, max: DAY }),
        (text, ahead) => {
          const now = NOW + ahead;
          const each = limit(text, 10);
          const current = limitRange(each, now).to - 1;
          const resetsAt = limitUsage({ limit: each, used: 1, now }).resetsAt as number;
          expect(limitRange(each, resetsAt).from).toBeGreaterThan(current);
          expect(limitRange(each, resetsAt - 1).from).toBeLessThanOrEqual(current);
        },
      ),
    );
  });
});

describe("the time to exhaustion", () => {
  const rate = (perSecond: number, events = 100) => ({ perSecond, events });

  test.each<[string, Parameters<typeof secondsToExhaustion>[0], number | null]>([
    ["is what is left over the rate", { used: 400, amount: 1000, rate: rate(2) }, 300],
    ["is 0 when all is used", { used: 1000, amount: 1000, rate: rate(2) }, 0],
    ["is 0 when more is used, however sparse the traffic", { used: 1500, amount: 1000, rate: rate(0, 0) }, 0],
    ["is unknown without traffic", { used: 400, amount: 1000, rate: rate(0) }, null],
    ["is unknown with sparse traffic", { used: 400, amount: 1000, rate: rate(2, MIN_RATE_EVENTS - 1) }, null],
    ["is known from five events on", { used: 400, amount: 1000, rate: rate(2, MIN_RATE_EVENTS) }, 300],
    [
      "never comes when a window at this rate stays below",
      { used: 50, amount: 100, rate: rate(1), windowMs: 60_000 },
      null,
    ],
    [
      "comes when a window at this rate is too much",
      { used: 50, amount: 100, rate: rate(2), windowMs: 60_000 },
      25,
    ],
    [
      "is later by what leaves the window meanwhile",
      { used: 50, amount: 100, rate: rate(2), windowMs: 60_000, expiring: [{ inMs: 10_000, amount: 20 }] },
      35,
    ],
    [
      "is not put off by what leaves after it",
      { used: 50, amount: 100, rate: rate(2), windowMs: 60_000, expiring: [{ inMs: 30_000, amount: 20 }] },
      25,
    ],
  ])("%s", (_, input, expected) => {
    expect(secondsToExhaustion(input)).toBe(expected);
  });

  const amount = fc.integer({ min: 0, max: 10_000 });
  const anyRate = fc.record({
    perSecond: fc.double({ min: 0, max: 1_000, noNaN: true }),
    events: fc.nat(100),
  });

  test("is never negative, and 0 exactly when the limit is used up", () => {
    fc.assert(
      fc.property(
        amount,
        amount,
        anyRate,
        fc.option(fc.constantFrom(60_000, 3_600_000)),
        (used, of, at, windowMs) => {
          const seconds = secondsToExhaustion({
            used,
            amount: of,
            rate: at,
            windowMs: windowMs ?? undefined,
          });
          if (seconds === null) {
            expect(used).toBeLessThan(of);
            return;
          }
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds === 0).toBe(used >= of);
        },
      ),
    );
  });

  test("of a sliding window is when a simulation of it first reaches the limit", () => {
    const buckets = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(
        buckets,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 300 }),
        (held, perSecond, of) => {
          const expiring: Expiry[] = held.map((each, index) => ({
            inMs: (index + 1) * 10_000,
            amount: each,
          }));
          const used = held.reduce((sum, each) => sum + each, 0);
          const heldAfter = (seconds: number) =>
            used +
            perSecond * seconds -
            expiring.reduce((gone, each) => gone + (each.inMs < seconds * 1000 ? each.amount : 0), 0);
          const found = secondsToExhaustion({
            used,
            amount: of,
            rate: rate(perSecond),
            windowMs: 60_000,
            expiring,
          });
          const steps = Array.from({ length: 60 * 60 + 1 }, (_, step) => step / 60);
          const simulated = steps.find((seconds) => heldAfter(seconds) >= of - 1e-9);
          if (found === null) expect(simulated).toBeUndefined();
          else expect(Math.abs((simulated ?? Number.NaN) - found)).toBeLessThanOrEqual(1 / 60 + 1e-9);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("running out before the reset", () => {
  test.each<[string, Limit, number | null, boolean]>([
    ["dry before midnight", limit("calendar_day", 10), 3600, true],
    ["dry only after midnight", limit("calendar_day", 10), 7 * 3600, false],
    ["dry at midnight itself", limit("calendar_day", 10), (MIDNIGHT - NOW) / 1000, false],
    ["dry after the provider's own reset", limit("calendar_day", 10, NOW + MINUTE), 3600, false],
    ["a sliding window that fills up", limit("1m", 10), 20, true],
    ["no forecast", limit("calendar_day", 10), null, false],
  ])("%s", (_, each, seconds, expected) => {
    expect(runsOutBeforeReset(each, seconds, NOW)).toBe(expected);
  });
});

describe("the projected fraction", () => {
  const secondsLeft = (MIDNIGHT - NOW) / 1000;

  test.each<[string, Limit, number, number, number, number | null]>([
    [
      "adds the rate until the reset",
      limit("calendar_day", secondsLeft),
      100,
      0.5,
      50,
      0.5 + 100 / secondsLeft,
    ],
    ["is what is used when nothing more comes", limit("calendar_day", 1000), 100, 0, 50, 0.1],
    ["goes beyond the limit", limit("calendar_day", 100), 100, 100 / secondsLeft, 50, 2],
    ["of a sliding window is what a window at this rate fills", limit("1m", 100), 71, 1.5, 50, 0.9],
    ["is unknown with sparse traffic", limit("1m", 100), 71, 1.5, 4, null],
    ["is unknown for a limit of nothing", limit("1m", 0), 0, 1.5, 50, null],
  ])("%s", (_, each, used, perSecond, events, expected) => {
    const found = projectedFraction(each, used, { perSecond, events }, NOW);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 10);
  });

  test("passes 1 before a calendar reset exactly when the key runs out before it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.double({ min: 0.0001, max: 1, noNaN: true }),
        (used, perSecond) => {
          const each = limit("calendar_day", 1000);
          const rate = { perSecond, events: 50 };
          const projected = projectedFraction(each, used, rate, NOW) as number;
          fc.pre(Math.abs(projected - 1) > 1e-9);
          const seconds = secondsToExhaustion({ used, amount: 1000, rate });
          expect(runsOutBeforeReset(each, seconds, NOW)).toBe(projected > 1);
        },
      ),
    );
  });
});

test.each<[string, number, number | null]>([
  ["already there", 100, NOW],
  ["after the first bucket leaves", 70, NOW + 10_000],
  ["after both leave", 0, NOW + 20_000],
  ["never, with what is known", -1, null],
])("a sliding window drains: %s", (_, target, expected) => {
  const expiring = [
    { inMs: 10_000, amount: 30 },
    { inMs: 20_000, amount: 70 },
  ];
  expect(drainsTo(target, 100, expiring, NOW)).toBe(expected);
});
