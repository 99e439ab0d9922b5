import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "@/lib/domain/usage/duration";
import { floorBucket, granularity, windowRange } from "@/lib/domain/usage/window";
import type { Rule } from "./rule";
import { nextEvaluationAt } from "./schedule";
import { type Effect, initialState, type Observation } from "./state";
import { step } from "./step";
import { BOTH_TIERS, ruleOf } from "./step.testing";

const BUCKET = 10 * SECOND;
const HOUR = 3_600 * SECOND;
const NOW = HOUR + 4 * SECOND;

const ratio = { metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] };
const age = {
  metric: "seconds_since_last_event",
  operator: ">",
  tiers: [
    { severity: "warning", threshold: 60 },
    { severity: "critical", threshold: 90 },
  ],
};
const quota = { window: "calendar_hour" };
const limit = { metric: "limit_used", window: null, tiers: [{ severity: "warning", threshold: 0.8 }] };
const dry = {
  metric: "seconds_to_exhaustion",
  window: null,
  operator: "<",
  tiers: [{ severity: "warning", threshold: 600 }],
};
const seen = (value: number | null, more: Partial<Observation> = {}): Observation => ({
  value,
  requests: value === null ? 0 : 10,
  periodStart: HOUR,
  ...more,
});

describe("the next evaluation", () => {
  it.each<[string, Record<string, unknown>, Observation, number | null]>([
    ["an ok sum waits for an event", {}, seen(100), null],
    ["a firing one may decay at the next bucket", {}, seen(900), 6],
    ["… or exactly when the oldest bucket leaves", {}, seen(900, { changesAt: NOW + 26 * SECOND }), 26],
    ["… not before the next bucket whatever it is told", {}, seen(900, { changesAt: NOW }), 6],
    ["… or never", {}, seen(900, { changesAt: null }), null],
    ["windows beyond a day move by the minute", { window: "2d" }, seen(900), 56],
    ["a pending one is due at `for`", { for: "5s" }, seen(900), 5],
    ["… unless it decays first", { for: "5m" }, seen(900), 6],
    ["a reminder", { repeat_every: "5s" }, seen(900), 5],
    ["a below rule decays into firing", { operator: "<" }, seen(900), 6],
    ["… with nothing left to decay it rests", { operator: "<" }, seen(0, { requests: 0 }), null],
    ["an ok ratio may go either way", ratio, seen(0.1), 6],
    ["without a value it waits for an event", ratio, seen(null), null],
    ["missing data is due at `for`", { ...ratio, no_data: "alert", for: "1m" }, seen(null), 60],
    [
      "a distinct count may lose its value",
      { ...ratio, metric: "distinct_ips", no_data: "alert" },
      seen(0),
      6,
    ],
    ["a clock of silence is due at its threshold", age, seen(20), 40],
    ["… and the instant after it", age, seen(60), 0.001],
    ["… then at the next tier", age, seen(70), 20],
    ["… and never beyond the last", age, seen(100), null],
    ["a fired quota closes with its period", quota, seen(900), 3_596],
    [
      "… even one that nothing fills",
      { ...quota, tiers: [{ severity: "warning", threshold: 0 }] },
      seen(0),
      3_596,
    ],
    ["free requests may become too few", { metric: "cost_usd", operator: "<", min_requests: 5 }, seen(0), 6],
    ["an ok quota waits for an event", quota, seen(100), null],
    ["a calendar ratio is due at the reset", { ...ratio, window: "calendar_hour" }, seen(0.1), 3_596],
    ["an ok limit only gets more room", limit, seen(0.5), null],
    ["a used-up one may get room", limit, seen(0.9), 6],
    ["time to exhaustion only grows", dry, seen(900), null],
    ["… which ends an alert", dry, seen(60), 6],
    ["a failure is tried again at the next bucket", {}, seen(null, { error: "timeout" }), 6],
    ["a vanished scope is over", { repeat_every: "5s" }, seen(900, { vanished: "deleted" }), null],
  ])("%s", (_, overrides, observation, expected) => {
    const rule = ruleOf(overrides);
    const { state } = step(rule, initialState(), observation, NOW);
    const at = nextEvaluationAt(rule, state, observation, NOW);
    expect(at === null ? null : (at - NOW) / SECOND).toBe(expected);
  });

  it("is due when keep_firing_for ends", () => {
    const rule = ruleOf({ keep_firing_for: "1m" });
    const firing = step(rule, initialState(), seen(900), NOW - SECOND).state;
    const { state } = step(rule, firing, seen(0, { requests: 0 }), NOW);
    expect(state.status).toBe("recovering");
    expect(nextEvaluationAt(rule, state, seen(0, { requests: 0 }), NOW)).toBe(NOW + 60 * SECOND);
  });
});

/** Events at whole seconds, by second; the model of what a store would answer. */
type World = { second: number; failed: boolean }[];

function observe(rule: Rule, world: World, now: number, exact: boolean): Observation {
  const past = world.filter(({ second }) => second * SECOND <= now);
  if (rule.metric === "seconds_since_last_event") {
    const last = past.at(-1);
    return { value: last === undefined ? null : now / SECOND - last.second, requests: 0 };
  }
  if (rule.window === null) throw new Error("the model has windows only");
  const { from } = windowRange(rule.window, now);
  const inside = past.filter(({ second }) => floorBucket(second * SECOND, BUCKET) >= from);
  const errors = inside.filter(({ failed }) => failed).length;
  const oldest = inside[0];
  const changesAt =
    oldest === undefined || rule.window.kind === "calendar"
      ? null
      : floorBucket(oldest.second * SECOND, granularity(rule.window)) + rule.window.ms;
  return {
    value: rule.metric === "requests" ? inside.length : inside.length === 0 ? null : errors / inside.length,
    requests: inside.length,
    ...(rule.window.kind === "calendar" ? { periodStart: from } : {}),
    ...(exact ? { changesAt } : {}),
  };
}

function live(
  rule: Rule,
  world: World,
  until: number,
  mode: "every second" | "as scheduled" | "by exact hints",
) {
  const touched = new Set(world.map(({ second }) => second));
  const effects: Effect[] = [];
  let state = initialState();
  let due: number | null = 0;
  let evaluations = 0;
  for (let second = 0; second <= until; second++) {
    const now = second * SECOND;
    if (mode !== "every second" && !touched.has(second) && (due === null || due > now)) continue;
    const observation = observe(rule, world, now, mode === "by exact hints");
    const stepped = step(rule, state, observation, now);
    state = stepped.state;
    effects.push(...stepped.effects);
    due = nextEvaluationAt(rule, state, observation, now);
    evaluations += 1;
  }
  return { effects, evaluations };
}

const rules = fc
  .record({
    base: fc.constantFrom<Record<string, unknown>>(
      {
        window: "1m",
        tiers: [
          { severity: "warning", threshold: 5, recovery: 2 },
          { severity: "critical", threshold: 8 },
        ],
      },
      {
        window: "1m",
        operator: "<",
        tiers: [
          { severity: "warning", threshold: 3 },
          { severity: "critical", threshold: 1 },
        ],
      },
      { ...ratio, window: "1m" },
      { ...ratio, window: "1m", operator: "<=" },
      { ...ratio, window: "1m", no_data: "alert" },
      { ...ratio, window: "1m", no_data: "keep" },
      { ...ratio, window: "calendar_hour" },
      age,
      { ...age, operator: "<", tiers: [{ severity: "warning", threshold: 20, recovery: 40 }] },
    ),
    for: fc.constantFrom("0s", "7s", "30s"),
    keep_firing_for: fc.constantFrom("0s", "7s", "30s"),
    min_requests: fc.constantFrom(0, 3),
    repeat_every: fc.constantFrom(null, "45s"),
  })
  .map(({ base, ...options }) => ruleOf({ ...base, ...options }));
const quotas = fc
  .constantFrom(null, "45s")
  .map((repeat) =>
    ruleOf({ window: "calendar_hour", tiers: [{ severity: "warning", threshold: 5 }], repeat_every: repeat }),
  );

const worlds = fc
  .array(fc.record({ second: fc.integer({ min: 0, max: 400 }), failed: fc.boolean() }), { maxLength: 40 })
  .map((events) => events.toSorted((a, b) => a.second - b.second));

describe("skipping what is not due", () => {
  it.each(["as scheduled", "by exact hints"] as const)(
    "changes no transition and no reminder, %s",
    (mode) => {
      fc.assert(
        fc.property(fc.oneof({ arbitrary: rules, weight: 8 }, quotas), worlds, (rule, world) => {
          const dense = live(rule, world, 600, "every second");
          expect(live(rule, world, 600, mode).effects).toEqual(dense.effects);
        }),
        { numRuns: 300 },
      );
    },
  );

  it("spares nearly all evaluations of what is quiet", () => {
    const world = [{ second: 5, failed: false }];
    const rule = ruleOf({ tiers: BOTH_TIERS });
    expect(live(rule, world, 600, "as scheduled").evaluations).toBe(2);
    expect(live(ruleOf(ratio), world, 600, "by exact hints").evaluations).toBe(3);
  });

  it("closes a quota at the end of its period", () => {
    const world = Array.from({ length: 5 }, () => ({ second: 3_000, failed: false }));
    const rule = ruleOf({ window: "calendar_hour", tiers: [{ severity: "warning", threshold: 5 }] });
    const { effects } = live(rule, world, 4_000, "as scheduled");
    expect(effects).toMatchObject([
      { at: 3_000 * SECOND, to: "firing" },
      { at: HOUR, to: "ok", reason: "new_period" },
    ]);
  });
});
