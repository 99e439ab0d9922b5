import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckedEvent } from "./event";
import { marksOf } from "./marks";

const AT = Date.UTC(2026, 10, 26, 10);
const SHIFT = 2n ** 22n;

const event = (outcome: number, more: object = {}) =>
  ({ keyId: 1, at: AT, outcome, retryAfterS: null, quotaResetAt: null, ...more }) as CheckedEvent;

test.each([
  ["a success", event(0), { latest: AT * 8, lastSuccessAt: AT, rateLimited: 0n, quota: 0n }],
  ["an error", event(6), { latest: AT * 8 + 6, lastSuccessAt: null }],
  ["a limit without a delay", event(1), { rateLimited: BigInt(AT) * SHIFT }],
  [
    "a limit with a delay, in whole seconds",
    event(1, { retryAfterS: 20.2 }),
    { rateLimited: BigInt(AT) * SHIFT + 21n },
  ],
  [
    "a delay past all bounds",
    event(1, { retryAfterS: 1e9 }),
    { rateLimited: BigInt(AT) * SHIFT + SHIFT - 1n },
  ],
  ["a quota that is back nobody knows when", event(2), { quota: BigInt(AT) * SHIFT }],
  [
    "a quota with its reset, in whole seconds",
    event(2, { quotaResetAt: AT + 61_000 }),
    { quota: BigInt(AT) * SHIFT + 61n },
  ],
  [
    "a quota whose reset has passed",
    event(2, { quotaResetAt: AT - 61_000 }),
    { quota: BigInt(AT) * SHIFT + 1n },
  ],
])("%s", (_name, one, mark) => {
  expect(marksOf([one])).toMatchObject([{ keyId: 1, ...mark }]);
});

test("the order of arrival changes nothing", () => {
  const drawn = fc.record({
    keyId: fc.integer({ min: 1, max: 2 }),
    at: fc.integer({ min: AT, max: AT + 5 }),
    outcome: fc.integer({ min: 0, max: 7 }),
    retryAfterS: fc.option(fc.nat(100)),
    quotaResetAt: fc.option(fc.integer({ min: AT, max: AT + 1e7 })),
  });
  const byKey = (events: unknown[]) => marksOf(events as CheckedEvent[]).sort((a, b) => a.keyId - b.keyId);
  fc.assert(
    fc.property(
      fc
        .array(drawn, { maxLength: 20 })
        .chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
      ([events, shuffled]) => {
        expect(byKey(shuffled)).toEqual(byKey(events));
      },
    ),
  );
});
