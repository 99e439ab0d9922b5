import { describe, expect, it } from "vitest";
import { initialState } from "./state";
import { step } from "./step";
import { BOTH_TIERS, type Row, ruleOf, run } from "./step.testing";

const withFor = { for: "1m" };
const quota = { window: "calendar_day", tiers: BOTH_TIERS };
const ratio = { metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] };

describe("a transition", () => {
  it("carries both severities, value, threshold and the alert before and after", () => {
    const effects = run({ tiers: BOTH_TIERS }, "0=816 10=960 20=100");
    expect(effects).toEqual([
      {
        kind: "transition",
        at: 0,
        from: "ok",
        to: "firing",
        severity: "warning",
        previousSeverity: null,
        alert: { before: null, after: { severity: "warning", cause: "threshold" } },
        value: 816,
        threshold: 800,
        reason: "condition_met",
        detail: null,
      },
      expect.objectContaining({
        at: 10_000,
        severity: "critical",
        previousSeverity: "warning",
        threshold: 950,
      }),
      expect.objectContaining({
        at: 20_000,
        to: "ok",
        severity: null,
        threshold: 950,
        reason: "condition_cleared",
      }),
    ]);
  });

  it.each<[string, Row["rule"], Row["seen"], string, string | null]>([
    ["vanished", {}, "0=800 10=gone", "vanished", "The key was deleted."],
    ["failed", {}, "0=800 10=failed", "evaluation_failed", "timeout"],
    ["restored", {}, "0=800 10=failed 20=800", "evaluation_restored", null],
    ["downgraded", { tiers: BOTH_TIERS }, "0=960 10=900", "condition_cleared", null],
    ["upgraded", { tiers: BOTH_TIERS }, "0=900 10=960", "condition_met", null],
    ["lost to an edit", { tiers: BOTH_TIERS }, ["0=960", {}, "10=960"], "rule_changed", null],
    ["sent back by `for`", {}, ["0=960", withFor, "10=960"], "rule_changed", null],
    ["closed by a period", quota, "0=900 86400=0", "new_period", null],
    ["resolved for lack of data", ratio, "0=0.9 10=none", "no_data", null],
    ["missing data", { ...ratio, no_data: "alert" }, "0=none", "no_data", null],
    [
      "moved to another calendar",
      quota,
      ["0=900", { ...quota, time_zone: "Asia/Tokyo" }, "10=100"],
      "rule_changed",
      null,
    ],
  ])("says why it was %s", (_, rule, seen, reason, detail) => {
    expect(run(rule, seen).at(-1)).toMatchObject({ reason, detail });
  });
});

describe("a step", () => {
  const seen = { value: 1, requests: 1 };

  it("gives the very same state when nothing is worth writing", () => {
    const state = initialState();
    expect(step(ruleOf(), state, seen, 0)).toEqual({ state, effects: [] });
    expect(step(ruleOf(), state, seen, 0).state).toBe(state);
  });

  it("needs to know a quota's period", () => {
    expect(() => step(ruleOf(quota), initialState(), seen, 0)).toThrow(/needs periodStart/);
  });
});
