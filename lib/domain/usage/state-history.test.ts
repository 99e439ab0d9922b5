import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "./duration";
import { limitUsage, runsOutBeforeReset, secondsToExhaustion } from "./limit";
import { LimitPast, type UsedBucket } from "./limit-past";
import { OUTCOMES, type Outcome } from "./outcome";
import { type KeyFacts, keyState } from "./state";
import { NO_PAST, stateHistory } from "./state-history";
import { addEvent, zeroTotals } from "./totals";
import { parseWindow, windowRangeAtEnd } from "./window";

const START = Date.UTC(2026, 10, 26);
const NOTHING_LATEST = {
  lastRateLimitedAt: null,
  lastRetryAfterS: null,
  quotaExhaustedAt: null,
  quotaResetAt: null,
};
const NOTHING = { before: NO_PAST, refusals: [], latest: NOTHING_LATEST, blocked: [], limits: [] };

const bucket = (at: number, ms: number, outcomes: readonly Outcome[]): UsedBucket => {
  const totals = zeroTotals();
  for (const outcome of outcomes) addEvent(totals, { outcome });
  return { at, ms, totals };
};

describe("stateHistory", () => {
  const minutes = (...outcomes: readonly Outcome[][]) =>
    outcomes.flatMap((list, index) =>
      list.length === 0 ? [] : [bucket(START + index * MINUTE, MINUTE, list)],
    );
  const history = (buckets: readonly UsedBucket[], slots: number, extra: Partial<typeof NOTHING> = {}) =>
    stateHistory({
      ...NOTHING,
      ...extra,
      from: START,
      to: START + slots * MINUTE,
      slotMs: MINUTE,
      buckets,
    }).map(({ from, to, state }) => [state, (from - START) / MINUTE, (to - START) / MINUTE]);

  it.each<[string, Outcome[][], unknown[]]>([
    ["never used", [], [["idle", 0, 5]]],
    [
      "used from its second minute",
      [[], ["success"]],
      [
        ["idle", 0, 1],
        ["ok", 1, 5],
      ],
    ],
    [
      "refused until a call succeeds",
      [["success"], ["unauthorized"], [], ["success"]],
      [
        ["ok", 0, 1],
        ["unauthorized", 1, 3],
        ["ok", 3, 5],
      ],
    ],
    [
      "without quota until a call succeeds, and refused again within the same minute",
      [["quota_exhausted"], ["client_error"], ["success"], ["quota_exhausted", "success"]],
      [
        ["exhausted", 0, 2],
        ["ok", 2, 3],
        ["exhausted", 3, 5],
      ],
    ],
    [
      "cooling down for a minute",
      [["success"], ["rate_limited", "success"], ["success"]],
      [
        ["ok", 0, 1],
        ["throttled", 1, 2],
        ["ok", 2, 5],
      ],
    ],
  ])("tells of a key %s", (_, outcomes, expected) => {
    expect(history(minutes(...outcomes), 5)).toEqual(expected);
  });

  it("knows the delay and the reset of the latest refusals, blocks and what came before", () => {
    const buckets = minutes(["rate_limited"], ["quota_exhausted"]);
    const latest = {
      lastRateLimitedAt: START + 1_000,
      lastRetryAfterS: 170,
      quotaExhaustedAt: START + 61_000,
      quotaResetAt: START + 2 * MINUTE + 30_000,
    };
    expect(
      history(buckets, 6, {
        latest,
        blocked: [{ from: START + 4 * MINUTE, to: START + 5 * MINUTE }],
      } as never),
    ).toEqual([
      ["throttled", 0, 1],
      ["exhausted", 1, 2],
      ["ok", 2, 4],
      ["blocked", 4, 5],
      ["ok", 5, 6],
    ]);
    const before = { ...NO_PAST, latestEventAt: START - HOUR, quotaExhaustedAt: START - HOUR };
    expect(history([], 2, { before } as never)).toEqual([["exhausted", 0, 2]]);
  });

  it("holds each refusal for its own delay, as far as it is known", () => {
    const buckets = minutes(
      ["rate_limited"],
      ["success"],
      [],
      [],
      ["rate_limited"],
      ["rate_limited"],
      ["success"],
    );
    const refusals = [
      { at: START + 10_000, retryAfterS: 200 },
      { at: START + 4 * MINUTE + 10_000, retryAfterS: 900 },
      // The last one counts, and names none.
      { at: START + 5 * MINUTE + 10_000, retryAfterS: null },
    ];
    expect(history(buckets, 8, { refusals } as never)).toEqual([
      ["throttled", 0, 3],
      ["ok", 3, 4],
      ["throttled", 4, 6],
      ["ok", 6, 8],
    ]);
    const latest = {
      ...NOTHING_LATEST,
      lastRateLimitedAt: START + 5 * MINUTE + 10_000,
      lastRetryAfterS: 110,
    };
    expect(history(buckets, 8, { refusals: refusals.slice(0, 1), latest } as never)).toEqual([
      ["throttled", 0, 3],
      ["ok", 3, 4],
      ["throttled", 4, 7],
      ["ok", 7, 8],
    ]);
  });

  it("says what the key's state said at each instant, wherever no two calls share a slot", () => {
    const call = fc.option(fc.constantFrom(...OUTCOMES), { freq: 2 });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(MINUTE, HOUR),
        (calls, slotMs) => {
          const buckets = calls.flatMap((outcome, index) =>
            outcome === null ? [] : [bucket(START + index * slotMs, slotMs, [outcome])],
          );
          const to = START + calls.length * slotMs;
          const spans = stateHistory({ ...NOTHING, from: START, to, slotMs, buckets });
          expect(spans.at(0)?.from).toBe(START);
          expect(spans.at(-1)?.to).toBe(to);
          calls.forEach((_, index) => {
            const at = START + (index + 1) * slotMs - 1;
            const last = (wanted: (outcome: Outcome) => boolean) => {
              const place = calls.findLastIndex(
                (outcome, i) => i <= index && outcome !== null && wanted(outcome),
              );
              return place === -1 ? null : START + (place + 1) * slotMs - 1;
            };
            const latest = calls.slice(0, index + 1).findLast((outcome) => outcome !== null) ?? null;
            const facts: KeyFacts = {
              blocked: false,
              latestOutcome: latest,
              latestEventAt: last(() => true),
              quotaExhaustedAt: last((outcome) => outcome === "quota_exhausted"),
              quotaResetAt: null,
              lastSuccessAt: last((outcome) => outcome === "success"),
              lastRateLimitedAt: last((outcome) => outcome === "rate_limited"),
              lastRetryAfterS: null,
              tightestUsedFraction: null,
              runsOutBeforeReset: false,
            };
            const span = spans.find(({ from, to: end }) => from <= at && at < end);
            expect(span?.state).toBe(keyState(facts, at).state);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("LimitPast", () => {
  it("counts a window as the limit itself does, sliding or calendar", () => {
    const windows = ["5m", "1h", "1d", "calendar_hour", "calendar_day"] as const;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 30, maxLength: 180 }),
        fc.constantFrom(...windows),
        fc.integer({ min: 1, max: 2_000 }),
        (used, text, amount) => {
          const window = parseWindow(text, "Europe/Berlin");
          const limit = { metric: "requests", amount, window } as const;
          const buckets = used.flatMap((count, index) =>
            count === 0
              ? []
              : [
                  bucket(
                    START + index * MINUTE,
                    MINUTE,
                    Array.from({ length: count }, () => "success"),
                  ),
                ],
          );
          const past = new LimitPast(limit, buckets);
          for (const end of [10, 17, used.length].map((index) => START + index * MINUTE)) {
            const { from } = windowRangeAtEnd(window, end);
            const inside = buckets.filter(({ at }) => at >= from && at < end);
            const sum = (list: readonly UsedBucket[]) =>
              list.reduce((n, { totals }) => n + totals.requests, 0);
            const recent = sum(buckets.filter(({ at }) => at >= end - 5 * MINUTE && at < end));
            const seconds = secondsToExhaustion({
              used: sum(inside),
              amount,
              rate: { perSecond: recent / 300, events: recent },
              ...(window.kind === "sliding"
                ? {
                    windowMs: window.ms,
                    expiring: inside.map(({ at, totals }) => ({
                      inMs: at + window.ms - end,
                      amount: totals.requests,
                    })),
                  }
                : {}),
            });
            const found = past.at(end);
            expect(found.usedFraction).toBeCloseTo(
              limitUsage({ limit, used: sum(inside), now: end }).usedFraction,
            );
            if (window.kind === "sliding" && (recent / 300) * (window.ms / 1_000) < amount) {
              expect(found.runsOutBeforeReset).toBe(false);
            } else {
              expect(found.runsOutBeforeReset).toBe(
                runsOutBeforeReset({ ...limit, resetsAt: null }, seconds, end - 1),
              );
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("spreads a bucket that is longer than the window", () => {
    const past = new LimitPast(
      { metric: "requests", amount: 10, window: { kind: "sliding", ms: 5 * MINUTE } },
      [
        bucket(
          START,
          DAY,
          Array.from({ length: 288 }, () => "success" as const),
        ),
      ],
    );
    expect(past.at(START + 12 * HOUR).usedFraction).toBeCloseTo(0.1);
  });
});
