import { describe, expect, it } from "vitest";
import { METRIC_NAMES } from "@/lib/domain/usage/metric";
import { describeDuration, describeRule, describeScope, describeValue } from "./describe";
import { BOTH_TIERS, ruleOf } from "./step.testing";

const one = (threshold: number) => [{ severity: "warning", threshold }];

describe("a rule in words", () => {
  it.each<[Record<string, unknown>, string]>([
    [
      { scope: { each: "key", provider: "openai" }, tiers: BOTH_TIERS },
      "Warn when any key of openai has ≥ 800 requests in 5 min; critical at ≥ 950.",
    ],
    [
      {
        tiers: [
          { severity: "warning", threshold: 2_000, recovery: 1_500 },
          { severity: "critical", threshold: 3_000, recovery: 2_500 },
        ],
      },
      "Warn when any key has ≥ 2,000 requests in 5 min; critical at ≥ 3,000. Recovers at ≤ 1,500 (warning), ≤ 2,500 (critical).",
    ],
    [
      {
        metric: "error_rate",
        tiers: one(0.05),
        operator: ">",
        for: "2m",
        min_requests: 20,
        keep_firing_for: "5m",
        repeat_every: "1d",
      },
      "Warn when any key has an error rate > 5 % in 5 min for at least 2 min, given 20 requests or more. Keeps firing for 5 min after that. Reminds every 1 d.",
    ],
    [
      {
        metric: "cost_usd",
        window: "calendar_month",
        time_zone: "Europe/Berlin",
        scope: { each: "all" },
        tiers: one(1_250.5),
      },
      "Warn when everything costs ≥ $1,250.50 in a calendar month (Europe/Berlin). Tells once a period.",
    ],
    [
      {
        metric: "seconds_to_exhaustion",
        window: null,
        operator: "<",
        tiers: [{ severity: "critical", threshold: 5_400 }],
      },
      "Raise a critical alert when any key has < 1 h 30 min until a limit is used up.",
    ],
    [
      {
        metric: "limit_used",
        window: null,
        tiers: one(0.8),
        scope: { each: "pool", pool: "main" },
        no_data: "keep",
      },
      "Warn when pool main has used ≥ 80 % of a limit. Missing data changes nothing.",
    ],
    [
      { metric: "seconds_since_last_event", tiers: one(600), no_data: "alert" },
      "Warn when any key has been without an event for ≥ 10 min. Missing data is an alert too.",
    ],
  ])("%j", (overrides, expected) => {
    expect(describeRule(ruleOf(overrides))).toBe(expected);
  });

  it("names each metric's value once", () => {
    for (const metric of METRIC_NAMES) {
      const limit = metric === "limit_used" || metric === "seconds_to_exhaustion";
      const words = describeRule(ruleOf({ metric, window: limit ? null : "5m", tiers: one(0.5) }));
      expect(words.split("≥")).toHaveLength(2);
      expect(words).not.toContain("{}");
    }
  });
});

describe("a scope in words", () => {
  it("shows names instead of ids, where the scope has one", () => {
    const scope = {
      each: "key",
      key: "123",
      pool: "pool_1",
      source: "7",
      consumer: "team-a",
      tag: "env=prod",
    } as const;
    const names = { key: "prod-1", pool: "main", source: "kong" };
    expect(describeScope(scope, names)).toBe(
      "key prod-1 in pool main through kong for consumer team-a tagged env=prod",
    );
    expect(describeScope(scope)).toBe("key 123 in pool pool_1 through 7 for consumer team-a tagged env=prod");
    expect(describeScope({ each: "key" }, names)).toBe("any key");
    expect(describeScope({ each: "consumer", key: "123" })).toBe("any consumer by key 123");
  });
});

describe("values in words", () => {
  it.each([
    ["requests", 2_879_714, "2,879,714"],
    ["error_rate", 0.075, "7.5 %"],
    ["cost_usd", 0.000_25, "$0.00025"],
    ["latency_p95", 1_250, "1,250 ms"],
    ["seconds_since_last_event", 90, "1 min 30 s"],
  ] as const)("%s", (name, value, expected) => {
    expect(describeValue(name, value)).toBe(expected);
  });

  it.each([
    [0, "0 s"],
    [1_500, "1.5 s"],
    [300_000, "5 min"],
    [93_784_000, "1 d 2 h"],
  ])("%d ms", (ms, expected) => {
    expect(describeDuration(ms)).toBe(expected);
  });
});
