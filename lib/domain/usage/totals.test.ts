import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOMES } from "./outcome";
import {
  addEvent,
  addTotals,
  type CountedEvent,
  errorCount,
  outcomeCount,
  subtractTotals,
  sumTotals,
  throttledCount,
  totalTokens,
  type UsageTotals,
  zeroTotals,
} from "./totals";

const amount = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null });
const event: fc.Arbitrary<CountedEvent> = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  inputTokens: amount,
  outputTokens: amount,
  cachedTokens: amount,
  costMicros: amount,
  latencyMs: amount,
});

function totalsOf(events: readonly CountedEvent[]): UsageTotals {
  const totals = zeroTotals();
  for (const each of events) addEvent(totals, each);
  return totals;
}

describe("totals", () => {
  test("count each field, and take a missing one for nothing", () => {
    const totals = totalsOf([
      {
        outcome: "success",
        inputTokens: 100,
        outputTokens: 20,
        cachedTokens: 50,
        costMicros: 1_500,
        latencyMs: 200,
      },
      { outcome: "rate_limited" },
      { outcome: "quota_exhausted", latencyMs: null },
      { outcome: "timeout", latencyMs: 0 },
    ]);
    expect(totals).toMatchObject({
      requests: 4,
      outcomes: [1, 1, 1, 0, 0, 0, 0, 1],
      inputTokens: 100,
      outputTokens: 20,
      cachedTokens: 50,
      costMicros: 1_500,
    });
    expect(errorCount(totals)).toBe(3);
    expect(throttledCount(totals)).toBe(2);
    expect(outcomeCount(totals, "timeout")).toBe(1);
    expect(totalTokens(totals)).toBe(120);
  });

  test("of parts add up to the totals of the whole, and come out again", () => {
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (left, right) => {
        const whole = totalsOf([...left, ...right]);
        expect(addTotals(totalsOf(left), totalsOf(right))).toEqual(whole);
        expect(sumTotals([totalsOf(left), totalsOf(right)])).toEqual(whole);
        expect(subtractTotals(whole, totalsOf(right))).toEqual(totalsOf(left));
      }),
    );
  });

  test("of all outcomes are the requests", () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const totals = totalsOf(events);
        expect(totals.outcomes.reduce((sum, each) => sum + each, 0)).toBe(totals.requests);
      }),
    );
  });

  test("summing changes none of the parts", () => {
    const part = totalsOf([{ outcome: "success", latencyMs: 5 }]);
    sumTotals([part, part]);
    expect(part).toEqual(totalsOf([{ outcome: "success", latencyMs: 5 }]));
  });
});
