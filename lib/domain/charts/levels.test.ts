import { describe, expect, it } from "vitest";
import { ruleInputSchema } from "../alerting/rule";
import { levelIn, levelsOfRules } from "./levels";

const NOON = Date.UTC(2026, 10, 26, 12);

describe("levelIn", () => {
  const level = (
    metric: "requests" | "latency_p95" | "limit_used",
    amount: number,
    window: string | null,
    zone = "UTC",
  ) => ({ metric, amount, window, time_zone: zone }) as const;
  it.each([
    ["requests in 5 minutes, by the second", level("requests", 600, "5m"), { kind: "second" }, 2],
    [
      "requests in 5 minutes, by the minute",
      level("requests", 600, "5m"),
      { kind: "step", stepMs: 60_000 },
      120,
    ],
    ["requests of a day", level("requests", 86_400, "calendar_day"), { kind: "second" }, 1],
    [
      "requests of the month, 30 days long",
      level("requests", 720, "calendar_month"),
      { kind: "step", stepMs: 3_600_000 },
      1,
    ],
    ["latencies as they are", level("latency_p95", 900, "5m"), { kind: "value" }, 900],
    ["no latency by the second", level("latency_p95", 900, "5m"), { kind: "second" }, null],
    ["no sum where values are drawn", level("requests", 900, "5m"), { kind: "value" }, null],
    ["no window that nobody knows", level("requests", 900, "2.5 fortnights"), { kind: "second" }, null],
  ] as const)("draws %s", (_, of, scale, expected) => {
    expect(levelIn(of, scale, NOON)).toBe(expected);
  });

  it("knows that the day the clocks go back has 25 hours", () => {
    const of = level("requests", 25, "calendar_day", "Europe/Berlin");
    expect(levelIn(of, { kind: "step", stepMs: 3_600_000 }, Date.UTC(2026, 9, 25, 12))).toBe(1);
  });
});

describe("levelsOfRules", () => {
  const key = { id: "7", provider: "openai", pool: { id: "pool_1", name: "chat" } };
  const rule = (scope: Record<string, string>, enabled = true) => ({
    ...ruleInputSchema.parse({
      name: "r",
      metric: "requests",
      scope,
      window: "5m",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 800 },
        { severity: "critical", threshold: 950 },
      ],
      channels: [],
      enabled,
    }),
    id: "rule_1",
  });
  it.each<[string, Record<string, string>, boolean]>([
    ["each key", { each: "key" }, true],
    ["each key of its provider", { each: "key", provider: "openai" }, true],
    ["each key of another provider", { each: "key", provider: "anthropic" }, false],
    ["each key of its pool, by name", { each: "key", pool: "chat" }, true],
    ["each key of its pool, by id", { each: "key", pool: "pool_1" }, true],
    ["each key of another pool", { each: "key", pool: "batch" }, false],
    ["this key alone, all of it", { each: "all", key: "7" }, true],
    ["another key", { each: "key", key: "8" }, false],
    ["the provider's keys together", { each: "provider", provider: "openai" }, false],
    ["all keys together", { each: "all" }, false],
    ["a consumer's part of it", { each: "key", consumer: "team-a" }, false],
  ])("of a rule on %s: %j is drawn %s", (_, scope, drawn) => {
    const levels = levelsOfRules([rule(scope)], key);
    expect(levels.map(({ severity, amount }) => [severity, amount])).toEqual(
      drawn
        ? [
            ["warning", 800],
            ["critical", 950],
          ]
        : [],
    );
  });
  it("leaves out rules that are off", () => {
    expect(levelsOfRules([rule({ each: "key" }, false)], key)).toEqual([]);
  });
});
