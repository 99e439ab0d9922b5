import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "./duration";
import { OUTCOMES } from "./outcome";
import { KEY_STATES, type KeyFacts, type KeyStatus, keyState } from "./state";

const NOW = Date.parse("2026-11-23T12:45:33Z");

const healthy: KeyFacts = {
  blocked: false,
  latestOutcome: "success",
  latestEventAt: NOW - MINUTE,
  quotaExhaustedAt: null,
  quotaResetAt: null,
  lastSuccessAt: NOW - MINUTE,
  lastRateLimitedAt: null,
  lastRetryAfterS: null,
  tightestUsedFraction: 0.4,
  runsOutBeforeReset: false,
};

// Each fact alone gives its state; all of them together show the order.
const causes: [KeyStatus["state"], Partial<KeyFacts>][] = [
  ["blocked", { blocked: true }],
  ["unauthorized", { latestOutcome: "unauthorized" }],
  ["exhausted", { quotaExhaustedAt: NOW - SECOND, quotaResetAt: NOW + HOUR }],
  ["throttled", { lastRateLimitedAt: NOW - SECOND }],
  ["at_risk", { tightestUsedFraction: 0.8 }],
  ["idle", { latestEventAt: NOW - DAY }],
];

describe("a key's state", () => {
  test("are named in the order in which they are tried", () => {
    expect(KEY_STATES).toEqual([...causes.map(([state]) => state), "ok"]);
  });

  test.each(causes)("is %s for its one cause, and for every weaker cause beside it", (state, cause) => {
    expect(keyState({ ...healthy, ...cause }, NOW).state).toBe(state);
    const weaker = causes.slice(causes.findIndex(([each]) => each === state));
    const facts = Object.assign({}, healthy, ...weaker.map(([, each]) => each).toReversed()) as KeyFacts;
    expect(keyState(facts, NOW).state).toBe(state);
  });

  test.each<[string, Partial<KeyFacts>, Partial<KeyStatus>]>([
    ["ok", {}, { state: "ok", why: "healthy", until: null, changesAt: NOW - MINUTE + DAY }],
    ["blocked", { blocked: true }, { state: "blocked", why: "blocked", until: null, changesAt: null }],
    ["an earlier refusal, then success", { latestOutcome: "success" }, { state: "ok" }],
    [
      "quota spent, reset known",
      { quotaExhaustedAt: NOW - 1, quotaResetAt: NOW + HOUR },
      { state: "exhausted", why: "quota_spent", until: NOW + HOUR, changesAt: NOW + HOUR },
    ],
    [
      "quota spent, reset unknown",
      { quotaExhaustedAt: NOW - 30 * DAY, lastSuccessAt: NOW - 31 * DAY },
      { state: "exhausted", until: null, changesAt: null },
    ],
    ["quota spent, reset passed", { quotaExhaustedAt: NOW - 1, quotaResetAt: NOW }, { state: "ok" }],
    [
      "quota spent, reset in a millisecond",
      { quotaExhaustedAt: NOW - 1, quotaResetAt: NOW + 1 },
      { state: "exhausted" },
    ],
    ["quota spent, success since", { quotaExhaustedAt: NOW - 9, lastSuccessAt: NOW - 8 }, { state: "ok" }],
    [
      "quota spent in the same instant as a success",
      { quotaExhaustedAt: NOW - 9, lastSuccessAt: NOW - 9 },
      { state: "exhausted" },
    ],
    [
      "quota spent, no success ever",
      { quotaExhaustedAt: NOW - 9, lastSuccessAt: null },
      { state: "exhausted" },
    ],
    [
      "rate limited, no retry-after",
      { lastRateLimitedAt: NOW - 59_999 },
      { state: "throttled", why: "cooling_down", until: NOW + 1, changesAt: NOW + 1 },
    ],
    [
      "rate limited, retry-after in fractions",
      { lastRateLimitedAt: NOW, lastRetryAfterS: 90.0001 },
      { until: NOW + 90_001 },
    ],
    ["rate limited a minute ago", { lastRateLimitedAt: NOW - MINUTE }, { state: "ok" }],
    [
      "rate limited, short retry-after",
      { lastRateLimitedAt: NOW - 59_999, lastRetryAfterS: 5 },
      { until: NOW + 1 },
    ],
    [
      "rate limited, long retry-after",
      { lastRateLimitedAt: NOW, lastRetryAfterS: 300 },
      { state: "throttled", until: NOW + 5 * MINUTE },
    ],
    [
      "rate limited, success since: still cooling",
      { lastRateLimitedAt: NOW - 9, lastSuccessAt: NOW },
      { state: "throttled" },
    ],
    ["79.9 % used", { tightestUsedFraction: 0.799 }, { state: "ok" }],
    ["80 % used", { tightestUsedFraction: 0.8 }, { state: "at_risk", why: "limit_nearly_used" }],
    ["over the limit", { tightestUsedFraction: 1.3 }, { state: "at_risk", why: "limit_nearly_used" }],
    ["runs out", { runsOutBeforeReset: true }, { state: "at_risk", why: "runs_out_before_reset" }],
    [
      "at risk though silent for days",
      { tightestUsedFraction: 0.9, latestEventAt: NOW - 3 * DAY },
      { state: "at_risk" },
    ],
    ["no limits", { tightestUsedFraction: null }, { state: "ok" }],
    ["no event for a day", { latestEventAt: NOW - DAY }, { state: "idle", why: "no_recent_events" }],
    ["an event just within the day", { latestEventAt: NOW - DAY + 1 }, { state: "ok", changesAt: NOW + 1 }],
    [
      "never an event",
      { latestEventAt: null, latestOutcome: null, lastSuccessAt: null },
      { state: "idle", why: "never_used" },
    ],
  ])("with %s", (_, facts, expected) => {
    expect(keyState({ ...healthy, ...facts }, NOW)).toMatchObject(expected);
  });

  const instant = fc.option(fc.integer({ min: NOW - 3 * DAY, max: NOW + 5 * MINUTE }));
  const facts: fc.Arbitrary<KeyFacts> = fc.record({
    blocked: fc.boolean(),
    latestOutcome: fc.option(fc.constantFrom(...OUTCOMES)),
    latestEventAt: instant,
    quotaExhaustedAt: instant,
    quotaResetAt: fc.option(fc.integer({ min: NOW - DAY, max: NOW + DAY })),
    lastSuccessAt: instant,
    lastRateLimitedAt: instant,
    lastRetryAfterS: fc.option(fc.nat(7_200)),
    tightestUsedFraction: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
    runsOutBeforeReset: fc.boolean(),
  });

  test("lasts until the instant it says, and is another one then", () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { state, changesAt, until } = keyState(each, NOW);
        if (until !== null) expect(until).toBeGreaterThan(NOW);
        if (changesAt === null) {
          expect(keyState(each, NOW + 30 * DAY).state).toBe(state);
          return;
        }
        expect(changesAt).toBeGreaterThan(NOW);
        expect(keyState(each, changesAt - 1).state).toBe(state);
        expect(keyState(each, changesAt).state).not.toBe(state);
      }),
      { numRuns: 500 },
    );
  });
});
