import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumLimits } from "./limit-sums";

const limit = (used: number, amount: number, window: string | null = "1m") => ({
  metric: "requests" as const,
  window,
  amount,
  used,
  used_fraction: used / amount,
});

describe("sumLimits", () => {
  it("adds up by metric and window, the fullest first", () => {
    expect(
      sumLimits([[limit(10, 100), limit(90, 100, "calendar_day")], [limit(20, 50)], [], [limit(0, 5, null)]]),
    ).toEqual([
      { metric: "requests", window: "calendar_day", keys: 1, spent: 0, amount: 100, used: 90 },
      { metric: "requests", window: "1m", keys: 2, spent: 0, amount: 150, used: 30 },
      { metric: "requests", window: null, keys: 1, spent: 0, amount: 5, used: 0 },
    ]);
  });

  it("takes the tightest of limits alike, and no use past a limit for another's", () => {
    expect(sumLimits([[limit(30, 100), limit(30, 20)], [limit(0, 80)]])).toEqual([
      { metric: "requests", window: "1m", keys: 2, spent: 1, amount: 100, used: 20 },
    ]);
  });

  it("never has more used than there is, and forgets no key", () => {
    const one = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.constantFrom("1m", "1h", null));
    fc.assert(
      fc.property(fc.array(fc.array(one, { maxLength: 4 })), (keys) => {
        const sums = sumLimits(
          keys.map((limits) => limits.map(([used, amount, window]) => limit(used, amount, window))),
        );
        for (const { used, amount, keys: count, spent } of sums) {
          expect(used).toBeLessThanOrEqual(amount);
          expect(spent).toBeLessThanOrEqual(count);
        }
        const windows = keys.flatMap((limits) => [...new Set(limits.map(([, , window]) => window))]);
        expect(sums.reduce((count, sum) => count + sum.keys, 0)).toBe(windows.length);
      }),
    );
  });
});
