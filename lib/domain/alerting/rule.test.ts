import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compileRule, patchRule, ruleInputSchema, rulePatchSchema } from "./rule";
import { BOTH_TIERS, ruleBody } from "./step.testing";

/** The refusals as "path: message". */
function refusals(overrides: Record<string, unknown>): string[] {
  const parsed = ruleInputSchema.safeParse(ruleBody(overrides));
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

const tier = (fields: Record<string, unknown>) => ({
  tiers: [{ severity: "warning", threshold: 800, ...fields }],
});
const quota = { window: "calendar_month" };
const ratio = { metric: "error_rate", ...tier({ threshold: 0.5 }) };

describe("a rule", () => {
  it("is complete with what has no sensible default", () => {
    const { repeat_every: _, ...body } = ruleBody();
    expect(ruleInputSchema.parse(body)).toEqual({
      name: "Requests near the limit",
      metric: "requests",
      scope: { each: "key" },
      window: "5m",
      time_zone: "UTC",
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 800, recovery: null }],
      for: "0s",
      keep_firing_for: "0s",
      min_requests: 0,
      no_data: "ok",
      repeat_every: "24h",
      channels: [],
      escalation: [],
      flapping: { transitions: 6, window: "10m" },
      enabled: true,
    });
  });

  it("reads the example of the contract, and its own output again", () => {
    const example = {
      name: "Requests near the limit",
      metric: "requests",
      scope: { each: "key", provider: "openai" },
      window: "5m",
      operator: ">=",
      tiers: [
        { severity: "warning", threshold: 800, recovery: 700 },
        { severity: "critical", threshold: 950 },
      ],
      for: "0s",
      keep_firing_for: "0s",
      min_requests: 0,
      no_data: "ok",
      repeat_every: "24h",
      channels: ["chan_1"],
      enabled: true,
    };
    const rule = ruleInputSchema.parse(example);
    expect(rule).toMatchObject({ scope: example.scope, channels: ["chan_1"], repeat_every: "24h" });
    expect(ruleInputSchema.parse(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
  });

  it.each([
    ["sliding", {}, "24h"],
    ["a quota, which stays used up", quota, null],
    ["limit metrics", { metric: "limit_used", window: null, ...tier({ threshold: 0.8 }) }, "24h"],
  ])("reminds by default: %s", (_, overrides, expected) => {
    const { repeat_every: __, ...body } = ruleBody(overrides);
    expect(ruleInputSchema.parse(body).repeat_every).toBe(expected);
  });

  it.each([
    ["10s", {}],
    ["31d", {}],
    ["calendar_hour", {}],
    ["calendar_day", {}],
    ["calendar_month", {}],
    ["24h", { metric: "distinct_ips" }],
    ["calendar_day", { metric: "distinct_ips" }],
    ["24h", { scope: { each: "key", tag: "env=prod" } }],
    ["calendar_day", { metric: "error_rate", for: "5m", ...tier({ threshold: 0.5, recovery: 0.1 }) }],
  ])("takes the window %s with %j", (window, overrides) => {
    expect(refusals({ ...overrides, window })).toEqual([]);
  });

  it("drops a window that seconds_since_last_event does not need", () => {
    expect(ruleInputSchema.parse(ruleBody({ metric: "seconds_since_last_event" })).window).toBeNull();
  });

  it("takes a recovery on the threshold where equality does not fire", () => {
    expect(refusals({ operator: ">", ...tier({ recovery: 800 }) })).toEqual([]);
    expect(refusals({ operator: "<", ...tier({ recovery: 800 }) })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no name", { name: " " }, "name: must be the rule's name"],
    ["an unknown metric", { metric: "request" }, "metric: must be one of requests, errors,"],
    ["an unknown operator", { operator: "==" }, "operator: must be one of >=, >, <=, <"],
    [
      "an unknown scope",
      { scope: { each: "team" } },
      "scope.each: must be one of key, pool, provider, consumer, all",
    ],
    [
      "a misspelt field of the scope",
      { scope: { each: "key", providr: "openai" } },
      "scope: must have each, key, pool, provider, source, consumer and tag only, got providr",
    ],
    ["a key that is no id", { scope: { key: "sk-123" } }, "scope.key: must be a key's id"],
    [
      "an unknown zone",
      { time_zone: "Mars/Olympus", window: "calendar_day" },
      "time_zone: must be an IANA time zone",
    ],
    ["an unknown no_data", { no_data: "no" }, "no_data: must be one of ok, alert, keep"],
    ["no window", { window: null }, "window: requests needs a window"],
    ["a window too short", { window: "9s" }, "window: must be at least 10s"],
    ["a window too long", { window: "32d" }, "window: must be at most 31d"],
    ["a window off the buckets", { window: "15s" }, "window: must be a multiple of 10s"],
    ["an unknown calendar", { window: "calendar_week" }, "window: must be calendar_hour, calendar_day"],
    ["a window in words", { window: "five minutes" }, "window: must be a duration"],
    ["a duration in words", { for: "soon" }, "for: must be a duration"],
    ["a number for a duration", { keep_firing_for: 60 }, "keep_firing_for: must be a duration"],
    ["reminders without pause", { repeat_every: "0s" }, "repeat_every: must be at least 1s"],
    [
      "steps that do not come later and later",
      {
        escalation: [
          { after: "15m", channels: ["a"] },
          { after: "900s", channels: ["b"] },
        ],
      },
      "escalation.1.after: must be longer than the 15m",
    ],
    [
      "a step to nobody",
      { escalation: [{ after: "15m", channels: [] }] },
      "escalation.0.channels: must name",
    ],
    [
      "a step at once",
      { escalation: [{ after: "0s", channels: ["a"] }] },
      "escalation.0.after: must be at least",
    ],
    [
      "flapping of one change",
      { flapping: { transitions: 1, window: "10m" } },
      "flapping.transitions: must be 2 or more",
    ],
    ["half a request", { min_requests: 0.5 }, "min_requests: must be a whole number"],
    ["no tier", { tiers: [] }, "tiers: must have a warning tier, a critical tier or both"],
    ["two tiers alike", { tiers: [BOTH_TIERS[0], BOTH_TIERS[0]] }, "tiers.1.severity: must differ"],
    ["a threshold in words", tier({ threshold: "many" }), "tiers.0.threshold: must be a number"],
    ["a threshold below 0", tier({ threshold: -1 }), "tiers.0.threshold: must be 0 or more"],
    ["no threshold", { tiers: [{ severity: "warning" }] }, "tiers.0.threshold: must be a number"],
    [
      "a percentage for a rate",
      { ...ratio, ...tier({ threshold: 5 }) },
      "tiers.0.threshold: must be a fraction",
    ],
    ["a recovery beyond", tier({ recovery: 801 }), "tiers.0.recovery: must be below the threshold 800"],
    ["a recovery that fires", tier({ recovery: 800 }), "tiers.0.recovery: must be below the threshold 800"],
    [
      "a recovery under a below rule",
      { operator: "<", ...tier({ recovery: 799 }) },
      "tiers.0.recovery: must be at or above the threshold 800",
    ],
    [
      "critical within warning",
      { tiers: [{ severity: "critical", threshold: 700 }, BOTH_TIERS[0]] },
      "tiers.0.threshold: must be above the warning's 800",
    ],
    [
      "critical on warning",
      { tiers: [BOTH_TIERS[0], { severity: "critical", threshold: 800 }] },
      "tiers.1.threshold: must be above",
    ],
    [
      "critical above in a below rule",
      { operator: "<", tiers: BOTH_TIERS },
      "tiers.1.threshold: must be below the warning's 800",
    ],
    ["a quota below", { ...quota, operator: "<" }, "operator: must be > or >= for a quota"],
    ["a quota with for", { ...quota, for: "1m" }, "for: must be 0s for a quota"],
    [
      "a quota with keep_firing_for",
      { ...quota, keep_firing_for: "1m" },
      "keep_firing_for: must be 0s for a quota",
    ],
    [
      "a quota with recovery",
      { ...quota, ...tier({ recovery: 1 }) },
      "tiers.0.recovery: must be absent for a quota",
    ],
    [
      "a month of addresses",
      { ...quota, metric: "distinct_ips" },
      "window: must be at most 24h for distinct_ips",
    ],
    [
      "two days of addresses",
      { window: "2d", metric: "distinct_ips" },
      "window: must be at most 24h for distinct_ips",
    ],
    [
      "two days of a tag",
      { window: "2d", scope: { tag: "env=prod" } },
      "window: must be at most 24h for a rule on a tag",
    ],
    ["a window of a limit", { metric: "limit_used" }, "window: must be absent: limit_used"],
    [
      "a limit by consumer",
      { metric: "limit_used", window: null, scope: { each: "consumer" } },
      "scope.each: must be key, pool, provider or all",
    ],
    [
      "a limit through a source",
      { metric: "seconds_to_exhaustion", window: null, scope: { source: "kong" } },
      "scope.source: must be absent",
    ],
  ])("refuses %s and names the field", (_, overrides, expected) => {
    const [first, ...others] = refusals(overrides);
    expect(first?.slice(0, expected.length)).toBe(expected);
    expect(others).toEqual([]);
  });

  it("compiles to ms, a window, ascending tiers", () => {
    const body = ruleBody({
      tiers: BOTH_TIERS.toReversed(),
      for: "1m30s",
      keep_firing_for: "5m",
      repeat_every: "2h",
      scope: { provider: " OpenAI " },
    });
    expect(compileRule(ruleInputSchema.parse(body))).toMatchObject({
      scope: { each: "key", provider: "openai" },
      window: { kind: "sliding", ms: 300_000 },
      tiers: [
        { severity: "warning", threshold: 800, recovery: null },
        { severity: "critical", threshold: 950, recovery: null },
      ],
      isQuota: false,
      forMs: 90_000,
      keepFiringForMs: 300_000,
      repeatEveryMs: 7_200_000,
    });
  });

  it.each([
    ["a sum over a calendar window", quota, true],
    ["a sliding sum", {}, false],
    ["a calendar rate", { ...ratio, window: "calendar_day" }, false],
  ])("knows a quota: %s", (_, overrides, expected) => {
    expect(compileRule(ruleInputSchema.parse(ruleBody(overrides))).isQuota).toBe(expected);
  });
});

describe("a patch", () => {
  const rule = ruleInputSchema.parse(ruleBody());

  it("changes what it names and nothing else", () => {
    expect(rulePatchSchema.parse({ enabled: false })).toEqual({ enabled: false });
    expect(patchRule(rule, rulePatchSchema.parse({ for: "5m" }))).toEqual({ ...rule, for: "5m" });
    expect(patchRule(rule, {})).toEqual(rule);
  });

  it("checks the rule that comes of it", () => {
    expect(() => patchRule(rule, { window: "calendar_day", for: "5m" })).toThrow(/must be 0s for a quota/);
  });
});

it("is described by a JSON schema", () => {
  expect(z.toJSONSchema(ruleInputSchema, { io: "input" })).toMatchObject({
    required: ["name", "metric", "operator", "tiers"],
  });
});
