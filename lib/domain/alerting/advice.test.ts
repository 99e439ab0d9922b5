import { describe, expect, it } from "vitest";
import { adviseRule, type Surroundings } from "./advice";
import { ruleInputSchema } from "./rule";
import { ruleBody } from "./step.testing";

const input = (overrides: Record<string, unknown> = {}) =>
  ruleInputSchema.parse(ruleBody({ channels: ["chan_1"], ...overrides }));
const around = (overrides: Partial<Surroundings> = {}): Surroundings => ({
  others: [],
  keys: 3,
  limited: 1,
  channelsOn: 1,
  ...overrides,
});
const codes = (overrides: Record<string, unknown>, context: Partial<Surroundings> = {}) =>
  adviseRule(input(overrides), around(context)).map(({ code }) => code);
const warning = (threshold: number, recovery: number | null = null) => [
  { severity: "warning", threshold, recovery },
];

describe("a rule by itself", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ["nothing is wrong", {}, []],
    ["a rate above 100 %", { metric: "error_rate", operator: ">", tiers: warning(1) }, ["never_fires"]],
    ["a rate of 100 %", { metric: "error_rate", operator: ">=", tiers: warning(1) }, []],
    ["below nothing", { operator: "<", tiers: warning(0) }, ["never_fires"]],
    ["nothing at all", { operator: "<=", tiers: warning(0) }, []],
    ["longer than any latency", { metric: "latency_p95", tiers: warning(1e12) }, ["never_fires"]],
    [
      "few requests that have to be many",
      { operator: "<", tiers: warning(10), min_requests: 10 },
      ["never_fires"],
    ],
    ["few requests that have to be some", { operator: "<", tiers: warning(10), min_requests: 9 }, []],
    ["at least nothing", { tiers: warning(0) }, ["always_fires"]],
    ["a rate up to 100 %", { metric: "error_rate", operator: "<=", tiers: warning(1) }, ["always_fires"]],
    ["a latency that never is 0", { metric: "latency_p95", tiers: warning(900, 0) }, ["never_recovers"]],
    ["a rate that may be 0", { metric: "error_rate", tiers: warning(0.5, 0) }, []],
  ])("%s", (_, overrides, expected) => {
    expect(codes(overrides)).toEqual(expected);
  });

  it("names the tier that cannot fire, with the unit", () => {
    const tiers = [
      { severity: "warning", threshold: 0.5 },
      { severity: "critical", threshold: 1 },
    ];
    expect(adviseRule(input({ metric: "error_rate", operator: ">", tiers }), around())).toEqual([
      {
        code: "never_fires",
        message: "The critical tier can never fire: Error rate is never above 100 %.",
      },
    ]);
  });
});

describe("a rule among keys and channels", () => {
  it.each<[string, Record<string, unknown>, Partial<Surroundings>, string[]]>([
    ["no key matches", {}, { keys: 0 }, ["watches_nothing"]],
    [
      "no key has a limit",
      { metric: "limit_used", window: undefined, tiers: warning(0.8) },
      { limited: 0 },
      ["no_limit"],
    ],
    ["a key has a limit", { metric: "limit_used", window: undefined, tiers: warning(0.8) }, {}, []],
    ["no limit, which does not matter", {}, { limited: 0 }, []],
    ["no channel", { channels: [] }, { channelsOn: 0 }, ["tells_nobody"]],
    ["channels that are off", {}, { channelsOn: 0 }, ["tells_nobody"]],
  ])("%s", (_, overrides, context, expected) => {
    expect(codes(overrides, context)).toEqual(expected);
  });
});

describe("a rule beside another one", () => {
  const beside = (mine: Record<string, unknown>, other: Record<string, unknown>) =>
    codes(mine, { others: [{ id: "rule_2", name: "Other", definition: input(other) }] });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["the same", {}, {}, ["duplicate"]],
    ["the same under another name, to others", { name: "x", channels: ["c"] }, {}, ["duplicate"]],
    ["another threshold", { tiers: warning(801) }, {}, []],
    ["another window", { window: "1m" }, {}, []],
    ["longer to fire", { for: "1m" }, {}, []],
    ["zones of sliding windows do not matter", { time_zone: "Asia/Tokyo" }, {}, ["duplicate"]],
    [
      "zones of calendar windows do",
      { window: "calendar_day", time_zone: "Asia/Tokyo" },
      { window: "calendar_day" },
      [],
    ],
    ["one key of all", { scope: { each: "key", key: "5" } }, {}, ["covered"]],
    ["all, where one key is watched", {}, { scope: { each: "key", key: "5" } }, []],
    ["a provider's keys", { scope: { each: "key", provider: "openai" } }, {}, ["covered"]],
    ["a key's use through one source is another value", { scope: { each: "key", source: "1" } }, {}, []],
    [
      "one provider of all",
      { scope: { each: "provider", provider: "openai" } },
      { scope: { each: "provider" } },
      ["covered"],
    ],
    [
      "a part of everything is another value",
      { scope: { each: "all", provider: "openai" } },
      { scope: { each: "all" } },
      [],
    ],
    ["switched off", { enabled: false }, {}, []],
  ])("%s", (_, mine, other, expected) => {
    expect(beside(mine, other)).toEqual(expected);
  });
});
