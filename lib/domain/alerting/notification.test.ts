import { describe, expect, it } from "vitest";
import { effectFacts, notificationKind, quietBecause } from "./notification";
import type { Rule } from "./rule";
import type { Effect } from "./state";
import { BOTH_TIERS, ruleOf, run, type Seen } from "./step.testing";

/** The facts of the message an effect is worth; null for none. */
const factsOf = (rule: Rule, effect: Effect) => {
  const kind = notificationKind(effect);
  return kind === null ? null : effectFacts(rule, kind, effect);
};

const ratio = { metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] };

describe("the messages of a history", () => {
  it.each<[string, Record<string, unknown>, Seen, string]>([
    ["fires and resolves", {}, "0=800 10=0", "firing resolved"],
    ["escalates", { tiers: BOTH_TIERS }, "0=800 10=950 20=0", "firing escalated resolved"],
    [
      "a downgrade is not a resolution",
      { tiers: BOTH_TIERS },
      "0=950 10=900 20=0",
      "firing downgraded resolved",
    ],
    ["pending is not announced", { for: "1m" }, "0=800 10=0", ""],
    [
      "recovering is not announced",
      { keep_firing_for: "1m" },
      "0=800 10=0 20=800 30=0 90=0",
      "firing resolved",
    ],
    [
      "a failure is not announced, nor its end",
      {},
      "0=800 10=failed 20=800 30=failed 40=0",
      "firing resolved",
    ],
    ["what a failure hid is", { tiers: BOTH_TIERS }, "0=800 10=failed 20=950", "firing escalated"],
    ["missing data", { ...ratio, no_data: "alert" }, "0=none 10=0.1", "no_data resolved"],
    [
      "… instead of a condition that was met",
      { ...ratio, no_data: "alert" },
      "0=0.6 10=none 20=0.6",
      "firing no_data firing",
    ],
    ["… once, with failures between", { ...ratio, no_data: "alert" }, "0=none 10=failed 20=none", "no_data"],
    [
      "a quota's period closes silently",
      { window: "calendar_day" },
      "0=800 86400=0 86410=800",
      "firing firing",
    ],
    ["a vanished scope resolves", {}, "0=800 10=gone", "firing resolved"],
    [
      "`for` raised over it resolves",
      {},
      ["0=800", { for: "1m" }, "10=800 60=800"],
      "firing resolved firing",
    ],
    ["reminders", { repeat_every: "10s" }, "0=800 10=800 20=800", "firing reminder reminder"],
  ])("%s", (_, rule, seen, expected) => {
    const kinds = run(rule, seen).flatMap((effect) => notificationKind(effect) ?? []);
    expect(kinds.join(" ")).toBe(expected);
  });

  it("has no reminders once acknowledged, and the rest all the same", () => {
    const effects = run({ repeat_every: "10s", tiers: BOTH_TIERS }, "0=800 10=800 20=950 30=0");
    const kinds = effects.flatMap((effect) => notificationKind(effect, { acknowledged: true }) ?? []);
    expect(kinds).toEqual(["firing", "escalated", "resolved"]);
  });
});

describe("the facts of a message", () => {
  const rule = ruleOf({ tiers: BOTH_TIERS, repeat_every: "10s" });
  const body = { tiers: BOTH_TIERS, repeat_every: "10s" };

  it("are numbers in the metric's unit, with the threshold that was crossed", () => {
    const [fired] = run(body, "0=816").map((effect) => factsOf(rule, effect));
    expect(fired).toEqual({
      kind: "firing",
      severity: "warning",
      metric: "requests",
      value: 816,
      operator: ">=",
      threshold: 800,
      window: "5m",
      at: 0,
    });
  });

  it("name the severity a resolved alert had, and a reminder's own", () => {
    const facts = run(body, "0=960 10=960 20=0").map((effect) => factsOf(rule, effect));
    expect(facts).toMatchObject([
      { kind: "firing", severity: "critical", threshold: 950 },
      { kind: "reminder", severity: "critical", threshold: 950, value: 960 },
      { kind: "resolved", severity: "critical", threshold: 950, value: 0 },
    ]);
  });

  it.each<[Seen, Record<string, unknown>, string]>([
    ["0=800 10=gone", {}, "The key was deleted."],
    [["0=800", { for: "1m" }, "10=800"], {}, "The rule was changed."],
    ["0=0.6 10=none", ratio, "There is no data any more."],
  ])("say why: %j", (seen, overrides, detail) => {
    const facts = run(overrides, seen).map((effect) => factsOf(ruleOf(overrides), effect));
    expect(facts.at(-1)).toMatchObject({ kind: "resolved", detail });
  });

  it("are none where nothing is to be told", () => {
    const pending = run({ for: "1m" }, "0=800").map((effect) => factsOf(rule, effect));
    expect(pending).toEqual([null]);
  });

  it("have a reason where there are none", () => {
    const why = (rule: Record<string, unknown>, seen: Seen) =>
      run(rule, seen).flatMap((effect) => quietBecause(effect) ?? []);
    expect(why({ for: "1m" }, "0=800 10=0")).toEqual([
      "It has not held for long enough yet.",
      "Nothing was firing.",
    ]);
    expect(why({ keep_firing_for: "1m" }, "0=800 10=0 20=800")).toEqual([
      "It has recovered, and resolves if that lasts.",
      "It had been firing all along.",
    ]);
    expect(why({}, "0=800 10=failed 20=800")).toEqual([
      "A failed evaluation neither fires nor resolves.",
      "It had been firing all along.",
    ]);
    expect(why({ window: "calendar_day" }, "0=800 86400=0")).toEqual([
      "A quota's new period closes it silently.",
    ]);
  });
});
