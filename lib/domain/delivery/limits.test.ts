import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../usage/duration";
import { refill, waitFor } from "./bucket";
import { Buckets, drawsOf } from "./limits";

const limit = { burst: 5, perMinute: 2 };

describe("a token bucket", () => {
  it("fills by the minute up to its burst, and by nothing when the clock is set back", () => {
    const bucket = { tokens: 1, filledAt: 0 };
    expect(refill(bucket, limit, MINUTE / 2).tokens).toBe(2);
    expect(refill(bucket, limit, 60 * MINUTE).tokens).toBe(5);
    expect(refill(bucket, limit, -MINUTE).tokens).toBe(1);
    expect(waitFor(bucket, limit, 2)).toBe(MINUTE / 2);
    expect(waitFor(bucket, limit, 1)).toBe(0);
    expect(waitFor({ tokens: 5, filledAt: 0 }, limit, 10)).toBe(0);
  });

  it("never gives more than its burst and what a minute brings", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, (waits) => {
        const draw = { name: "n", limit, tokens: 1 };
        let stored = new Map<string, { tokens: number; filledAt: number }>();
        let now = 0;
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          const buckets = new Buckets(stored, now);
          if (buckets.take([draw]) === 0) taken += 1;
          stored = new Map([...stored, ...buckets.changed]);
        }
        expect(taken).toBeLessThanOrEqual(limit.burst + (now / MINUTE) * limit.perMinute + 1e-6);
      }),
    );
  });

  it("is drawn from for the channel, each number and the account, or for none of them", () => {
    const draws = drawsOf({ id: "chan_1", kind: "sms", recipients: ["+15551230000", "+15551230001"] });
    expect(draws.map(({ name, tokens }) => `${name} ${tokens}`)).toEqual([
      "channel chan_1 1",
      "number +15551230000 1",
      "number +15551230001 1",
      "account sms 2",
    ]);
    const buckets = new Buckets(new Map([["number +15551230001", { tokens: 0.5, filledAt: 0 }]]), 0);
    expect(buckets.take(draws)).toBe(MINUTE / 6);
    expect(buckets.changed.size).toBe(0);
    expect(drawsOf({ id: "chan_2", kind: "webhook", recipients: [] }).map(({ name }) => name)).toEqual([
      "channel chan_2",
    ]);
  });
});
