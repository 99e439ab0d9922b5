import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRule, OPERATORS, type RuleInput, ruleInputSchema } from "@/lib/domain/alerting/rule";
import { formatDuration, SECOND } from "@/lib/domain/usage/duration";
import { METRIC_NAMES, METRICS, type MetricName, metric } from "@/lib/domain/usage/metric";
import { plainDecimal, shiftDecimal } from "./decimal";
import { amountOf, draftOf, durationDraft, inputOf, type RuleDraft } from "./draft";
import { blankDraft, suggestedName, withMetric, withWindow } from "./draft-change";
import { draftIssues, fieldIssues, isBehindMore, readDraft } from "./draft-issues";
import { draftFrom, TEMPLATES } from "./templates";

const saved = (draft: RuleDraft): RuleInput => ruleInputSchema.parse(inputOf(draft));
const typed = (changes: Partial<RuleDraft>): RuleDraft => ({
  ...blankDraft("UTC"),
  name: "A rule",
  ...changes,
});
const warning = (threshold: string, recovery = ""): RuleDraft["tiers"] => ({
  warning: { on: true, threshold, recovery },
  critical: { on: false, threshold: "", recovery: "" },
});

/** Rules that the schema takes, of every metric. */
const rules = fc
  .record({
    metric: fc.constantFrom(...METRIC_NAMES),
    operator: fc.constantFrom(...OPERATORS),
    threshold: fc.double({ min: 0, max: 1, noNaN: true }),
    scale: fc.constantFrom(1, 10, 3600, 1e9),
    both: fc.boolean(),
    window: fc.constantFrom("10s", "90s", "5m", "1h30m", "24h", "7d", "calendar_hour", "calendar_day"),
    forSeconds: fc.integer({ min: 0, max: 200_000 }),
    scope: fc.record({
      each: fc.constantFrom("key" as const, "pool" as const, "provider" as const, "all" as const),
      provider: fc.option(fc.constantFrom("openai", "我的", "a b"), { nil: undefined }),
    }),
    no_data: fc.constantFrom("ok" as const, "alert" as const, "keep" as const),
    repeat: fc.option(fc.integer({ min: 1, max: 86_400 }), { nil: null }),
    min_requests: fc.nat(1e6),
    enabled: fc.boolean(),
    escalation: fc.constantFrom(
      [],
      [
        { after: "15m", channels: ["a"] },
        { after: "1h30m", channels: ["b", "c"] },
      ],
    ),
    flapping: fc.constantFrom(null, { transitions: 9, window: "1h" }),
  })
  .map((seed) => {
    const { kind } = metric(seed.metric);
    const threshold = kind === "ratio" ? seed.threshold / 2 : seed.threshold * seed.scale;
    const up = seed.operator.startsWith(">");
    return ruleInputSchema.safeParse({
      name: "A rule",
      metric: seed.metric,
      scope: seed.scope,
      window: kind === "limit" || kind === "age" ? null : seed.window,
      operator: seed.operator,
      tiers: [
        { severity: "warning", threshold, recovery: null },
        ...(seed.both ? [{ severity: "critical", threshold: up ? threshold * 2 : threshold / 2 }] : []),
      ],
      for: formatDuration(seed.forSeconds * SECOND),
      no_data: seed.no_data,
      repeat_every: seed.repeat === null ? null : formatDuration(seed.repeat * SECOND),
      min_requests: seed.min_requests,
      enabled: seed.enabled,
    });
  })
  .filter((parsed) => parsed.success)
  .map(({ data }) => data);

describe("the form of a rule", () => {
  it("saves the rule it was opened with", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const again = saved(draftOf(rule));
        expect(compileRule(again)).toEqual(compileRule(rule));
        expect(draftOf(again)).toEqual(draftOf(rule));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[MetricName, string, RuleDraft["thresholdUnit"], number]>([
    ["error_rate", "80.5", "s", 0.805],
    ["error_rate", "29", "s", 0.29],
    ["error_rate", "0.07", "s", 0.0007],
    ["cost_usd", "12.50", "s", 12.5],
    ["latency_p95", "2500", "s", 2500],
    ["seconds_since_last_event", "1.5", "h", 5400],
    ["requests", "1e3", "s", 1000],
  ])("reads %s %s", (name, text, unit, value) => {
    expect(amountOf(name, text, unit)).toBe(value);
  });

  it.each(["", " ", "many", "1,5", "Infinity"])("takes %j for no number", (text) => {
    expect(amountOf("requests", text, "s")).toBeNull();
  });

  it.each([
    ["5m", { amount: "5", unit: "m" }],
    ["1h30m", { amount: "90", unit: "m" }],
    ["48h", { amount: "2", unit: "d" }],
    ["0s", { amount: "0", unit: "s" }],
  ])("shows %s as %j", (text, draft) => {
    expect(durationDraft(text)).toEqual(draft);
  });

  it("shows spans in the largest unit that holds them all", () => {
    const rule = saved(
      typed({
        metric: "seconds_to_exhaustion",
        operator: "<=",
        thresholdUnit: "s",
        tiers: {
          warning: { on: true, threshold: "7200", recovery: "9000" },
          critical: { on: true, threshold: "600", recovery: "" },
        },
      }),
    );
    expect(draftOf(rule)).toMatchObject({
      thresholdUnit: "m",
      tiers: { warning: { threshold: "120", recovery: "150" }, critical: { threshold: "10" } },
    });
  });

  it("leaves out what a quota refuses", () => {
    const quota = saved(
      typed({ window: "calendar_day", tiers: warning("10", "5"), for: { amount: "5", unit: "m" } }),
    );
    expect(quota).toMatchObject({ for: "0s", tiers: [{ threshold: 10, recovery: null }] });
  });
});

describe("a change of the form", () => {
  it("empties thresholds of another unit and keeps those of the same", () => {
    const draft = typed({ tiers: warning("800", "700") });
    expect(withMetric(draft, "errors").tiers).toEqual(draft.tiers);
    expect(withMetric(draft, "cost_usd").tiers.warning).toEqual({ on: true, threshold: "", recovery: "" });
  });

  it("turns the comparison for what runs down, and back", () => {
    const down = withMetric(typed({}), "seconds_to_exhaustion");
    expect(down.operator).toBe("<=");
    expect(withMetric(down, "requests").operator).toBe(">=");
    expect(withMetric(typed({ operator: ">" }), "errors").operator).toBe(">");
  });

  it("drops what limits cannot be split by", () => {
    const draft = typed({
      each: "consumer",
      filters: { ...typed({}).filters, tag: "env", provider: "openai" },
    });
    const limit = withMetric(draft, "limit_used");
    expect(limit).toMatchObject({ each: "key", filters: { tag: "", provider: "openai" } });
  });

  it("forgets how many requests are enough where none are counted", () => {
    const draft = typed({ minRequests: "20" });
    expect(withMetric(draft, "limit_used").minRequests).toBe("");
    expect(withMetric(draft, "seconds_since_last_event").minRequests).toBe("");
    expect(withMetric(draft, "latency_p95").minRequests).toBe("20");
  });

  it("turns reminders off for a quota and on again after it", () => {
    const quota = withWindow(typed({}), "calendar_month");
    expect(quota.repeat).toBe(false);
    expect(withWindow(quota, "5m").repeat).toBe(true);
    expect(withWindow({ ...quota, repeat: true }, "calendar_day").repeat).toBe(true);
  });

  it("suggests a name", () => {
    expect(suggestedName({ metric: "error_rate", each: "provider" })).toBe("Error rate of a provider");
    expect(suggestedName({ metric: "cost_usd", each: "all" })).toBe("Cost of everything");
  });
});

describe("what is wrong with the form", () => {
  it.each<[string, Partial<RuleDraft>, { field: string; message: string }]>([
    ["no threshold", {}, { field: "warning.threshold", message: "The warning threshold must be a number" }],
    [
      "a percentage beyond 100",
      { metric: "error_rate", tiers: warning("120") },
      { field: "warning.threshold", message: "The warning threshold must be at most 100 %" },
    ],
    [
      "a recovery beyond the threshold",
      { metric: "error_rate", tiers: warning("20", "30") },
      { field: "warning.recovery", message: "The warning's recovery must be below the threshold" },
    ],
    [
      "critical below warning",
      {
        tiers: {
          warning: { on: true, threshold: "10", recovery: "" },
          critical: { on: true, threshold: "5", recovery: "" },
        },
      },
      { field: "critical.threshold", message: "The critical threshold must be above the warning threshold" },
    ],
    [
      "critical alone without a number",
      {
        tiers: {
          warning: { on: false, threshold: "", recovery: "" },
          critical: { on: true, threshold: "", recovery: "" },
        },
      },
      { field: "critical.threshold", message: "The critical threshold must be a number" },
    ],
    [
      "a window too long",
      { window: "custom", customWindow: { amount: "32", unit: "d" }, tiers: warning("1") },
      { field: "window", message: "The window must be at most 31d" },
    ],
  ])("names the field: %s", (_, changes, issue) => {
    expect(draftIssues(typed(changes))).toContainEqual(issue);
  });

  it("puts the server's words at the field they are about", () => {
    expect(
      fieldIssues(typed({}), [
        { path: "channels.1", message: "there is no channel chan_x" },
        { path: "channels.2", message: "there is no channel chan_y" },
      ]),
    ).toEqual([{ field: "channels", message: "The channels: there is no channel chan_x" }]);
  });

  it("knows which fields are out of sight", () => {
    expect(["scope.key", "for", "warning.recovery", "repeat_every"].every(isBehindMore)).toBe(true);
    expect(["name", "window", "scope.each", "warning.threshold", "channels"].some(isBehindMore)).toBe(false);
  });

  it("previews what can be read, named or not", () => {
    expect(readDraft(typed({ name: "", tiers: warning("800") }))).toMatchObject({
      tiers: [{ threshold: 800 }],
    });
    expect(readDraft(typed({}))).toBeNull();
  });
});

describe("a template", () => {
  it.each(TEMPLATES.map(({ slug }) => slug))("%s can be saved as it is", (slug) => {
    expect(draftIssues(draftFrom({ template: slug }, "Europe/Berlin"))).toEqual([]);
  });

  it("takes the key of its link and no nonsense", () => {
    expect(draftFrom({ template: "cost", key: "123" }, "UTC")).toMatchObject({
      each: "key",
      filters: { key: "123" },
    });
    expect(draftFrom({ template: "nope", key: "<b>" }, "UTC")).toEqual(blankDraft("UTC"));
  });
});

describe("decimals", () => {
  it("writes any number out exactly", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(plainDecimal(value))).toBe(value === 0 ? 0 : value);
        expect(plainDecimal(value)).not.toContain("e");
      }),
    );
  });

  it("moves the point there and back without a trace", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
        const text = plainDecimal(value);
        expect(shiftDecimal(shiftDecimal(text, 2), -2)).toBe(text);
      }),
    );
  });

  it("has a test for each unit a metric can have", () => {
    expect(new Set(METRICS.map(({ unit }) => unit))).toEqual(
      new Set(["count", "fraction", "tokens", "usd", "ms", "s"]),
    );
  });
});
