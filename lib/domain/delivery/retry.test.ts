import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../usage/duration";
import { type AtEnd, type Attempted, afterAttempt, type Next, waitMs } from "./retry";

const FRESH: AtEnd = { test: false, attempt: 1, maybeSent: false, ageMs: 100, random: 0.5 };

describe("the state after an attempt", () => {
  const table: [string, Attempted, Partial<AtEnd>, Next][] = [
    ["accepted", { outcome: "sent" }, {}, { state: "sent", reason: null, maybeSent: false }],
    [
      "accepted after an ambiguity",
      { outcome: "sent" },
      { maybeSent: true },
      { state: "sent", reason: null, maybeSent: true },
    ],
    [
      "refused for now",
      { outcome: "not_sent", error: "450 busy" },
      {},
      { state: "queued", waitMs: 1_000, maybeSent: false },
    ],
    [
      "refused for now a third time",
      { outcome: "not_sent", error: "450 busy" },
      { attempt: 3 },
      { state: "queued", waitMs: 4_000, maybeSent: false },
    ],
    [
      "asked to wait",
      { outcome: "not_sent", error: "429", retryAfterS: 7 },
      {},
      { state: "queued", waitMs: 7_000, maybeSent: false },
    ],
    [
      "asked to wait for hours",
      { outcome: "not_sent", error: "429", retryAfterS: 20 * 3600 },
      {},
      { state: "queued", waitMs: 20 * HOUR, maybeSent: false },
    ],
    [
      "asked to wait past the end",
      { outcome: "not_sent", error: "429", retryAfterS: 86_400 },
      {},
      { state: "failed", reason: "Given up after 24 hours. The last error: 429", maybeSent: false },
    ],
    [
      "refused for a day",
      { outcome: "not_sent", error: "450 busy" },
      { attempt: 150, ageMs: DAY - MINUTE, random: 0.9 },
      { state: "failed", reason: "Given up after 24 hours. The last error: 450 busy", maybeSent: false },
    ],
    [
      "refused for good",
      { outcome: "permanent", error: "550 no such mailbox" },
      {},
      { state: "dead", reason: "550 no such mailbox", maybeSent: false },
    ],
    [
      "nobody knows",
      { outcome: "ambiguous", error: "timeout" },
      {},
      { state: "queued", waitMs: 1_000, maybeSent: true },
    ],
    [
      "refused for now after an ambiguity",
      { outcome: "not_sent", error: "450 busy" },
      { maybeSent: true },
      { state: "queued", waitMs: 1_000, maybeSent: true },
    ],
    [
      "nobody knows for a day",
      { outcome: "ambiguous", error: "timeout" },
      { ageMs: DAY },
      { state: "unknown", reason: "Given up after 24 hours. The last error: timeout", maybeSent: true },
    ],
    [
      "not configured",
      { outcome: "unconfigured", error: "Not configured: set SMTP_URL" },
      {},
      { state: "unconfigured", reason: "Not configured: set SMTP_URL", maybeSent: false },
    ],
    [
      "a test refused for now",
      { outcome: "not_sent", error: "450 busy" },
      { test: true },
      { state: "failed", reason: "450 busy", maybeSent: false },
    ],
    [
      "a test of which nobody knows",
      { outcome: "ambiguous", error: "timeout" },
      { test: true },
      { state: "unknown", reason: "timeout", maybeSent: true },
    ],
  ];
  it.each(table)("%s", (_name, attempted, delivery, expected) => {
    expect(afterAttempt(attempted, { ...FRESH, ...delivery })).toEqual(expected);
  });

  it("is never queued past a day, and an ambiguity is never forgotten", () => {
    const anyAttempt = fc.record({
      outcome: fc.constantFrom("sent", "not_sent", "permanent", "ambiguous", "unconfigured" as const),
      retryAfterS: fc.option(fc.double({ min: 0, max: 200_000, noNaN: true }), { nil: undefined }),
    });
    const anyDelivery = fc.record({
      test: fc.boolean(),
      attempt: fc.integer({ min: 1, max: 2_000 }),
      maybeSent: fc.boolean(),
      ageMs: fc.integer({ min: 0, max: 3 * DAY }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(anyAttempt, anyDelivery, (attempted, delivery) => {
        const next = afterAttempt(attempted as Attempted, delivery);
        if ("waitMs" in next) {
          expect(delivery.ageMs + next.waitMs).toBeLessThan(DAY);
          expect(delivery.test).toBe(false);
        }
        if (delivery.maybeSent || attempted.outcome === "ambiguous") expect(next.maybeSent).toBe(true);
        if (next.maybeSent) expect(next.state).not.toBe("failed");
      }),
    );
  });
});

describe("the wait", () => {
  it("lies between nothing and a bound that doubles up to ten minutes", () => {
    const longest = (attempt: number) => waitMs(attempt, 0.999_999_9);
    expect([1, 2, 3, 4].map(longest)).toEqual([1_999, 3_999, 7_999, 15_999]);
    expect(longest(40)).toBe(10 * MINUTE - 1);
    expect(longest(5_000)).toBe(10 * MINUTE - 1);
    expect(waitMs(5, 0)).toBe(0);
  });

  it("is never shorter than what the provider asks for", () => {
    expect(waitMs(1, 0, 7)).toBe(7_000);
    expect(waitMs(12, 0.5, 7)).toBe(5 * MINUTE);
    expect(waitMs(1, 0, 0.25)).toBe(250);
  });
});
