import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ruleInputSchema } from "./rule";
import { changesOf, compactRule, planRules, unknownFields } from "./rule-code";
import { BOTH_TIERS, ruleBody } from "./step.testing";

const input = (overrides: Record<string, unknown> = {}) => ruleInputSchema.parse(ruleBody(overrides));

const definitions = fc
  .record({
    name: fc.constantFrom("a", "b", "c"),
    window: fc.constantFrom("5m", "calendar_day"),
    scope: fc.constantFrom({ each: "key" }, { each: "all", provider: "openai" }),
    tiers: fc.constantFrom(BOTH_TIERS, [{ severity: "warning", threshold: 800, recovery: null }]),
    repeat_every: fc.constantFrom(null, "24h", "1h"),
    channels: fc.constantFrom([], ["On call"], ["On call", "Pager"]),
    escalation: fc.constantFrom([], [{ after: "15m", channels: ["Pager"] }]),
    flapping: fc.constantFrom(null, { transitions: 6, window: "10m" }),
    enabled: fc.boolean(),
    no_data: fc.constantFrom("ok", "keep"),
  })
  .map(input);

describe("compactRule", () => {
  it("leaves out what is the default", () => {
    expect(compactRule(input({ repeat_every: "24h" }))).toEqual({
      name: "Requests near the limit",
      metric: "requests",
      window: "5m",
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 800 }],
    });
  });

  it("keeps what a quota's default is not", () => {
    expect(compactRule(input({ window: "calendar_day", repeat_every: "24h" }))).toMatchObject({
      repeat_every: "24h",
    });
    expect(compactRule(input({ window: "calendar_day", repeat_every: null }))).not.toHaveProperty(
      "repeat_every",
    );
  });

  it("reads back as the same rule", () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const code = JSON.parse(JSON.stringify(compactRule(definition)));
        expect(ruleInputSchema.parse(code)).toEqual(definition);
        expect(unknownFields(code)).toEqual([]);
      }),
    );
  });
});

it("finds misspelt fields, however deep", () => {
  const code = {
    nme: "x",
    scope: { provder: "y" },
    tiers: [{ threshold: 1 }, { treshold: 2 }],
    escalation: [{ chanels: [] }],
  };
  expect(unknownFields(code)).toEqual([
    ["nme"],
    ["scope", "provder"],
    ["tiers", 1, "treshold"],
    ["escalation", 0, "chanels"],
  ]);
});

it("says what differs, field by field", () => {
  const before = input({ scope: { each: "key", provider: "openai" } });
  const after = input({ tiers: BOTH_TIERS, channels: ["On call"], window: "1m" });
  expect(changesOf(before, after)).toEqual([
    { field: "scope.provider", before: "openai", after: null },
    { field: "window", before: "5m", after: "1m" },
    { field: "channels", before: null, after: "On call" },
    { field: "tiers.critical.threshold", before: null, after: "950" },
  ]);
});

describe("planRules", () => {
  const stored = [
    { id: "r1", definition: input({ name: "a" }) },
    { id: "r2", definition: input({ name: "b" }) },
    { id: "r3", definition: input({ name: "twin" }) },
    { id: "r4", definition: input({ name: "twin" }) },
  ];

  it("creates, changes and keeps", () => {
    const plan = planRules(stored, [
      { definition: input({ name: "a" }) },
      { definition: input({ name: "b", window: "1m" }) },
      { definition: input({ name: "new" }) },
      { id: "r4", definition: input({ name: "twin", enabled: false }) },
    ]);
    expect(plan.issues).toEqual([]);
    expect(plan.create.map(({ index }) => index)).toEqual([2]);
    expect(plan.update.map(({ id, changes }) => [id, changes.map(({ field }) => field)])).toEqual([
      ["r2", ["window"]],
      ["r4", ["enabled"]],
    ]);
    expect(plan.unchanged.map(({ id }) => id)).toEqual(["r1"]);
    expect(plan.others.map(({ id }) => id)).toEqual(["r3"]);
  });

  it.each([
    ["a name that several stored rules have", [{ definition: input({ name: "twin" }) }], "rules.0.name"],
    ["an id that nothing has", [{ id: "r9", definition: input() }], "rules.0.id"],
    [
      "a name twice",
      [{ definition: input({ name: "n" }) }, { definition: input({ name: "n" }) }],
      "rules.1.name",
    ],
    [
      "a rule twice",
      [{ definition: input({ name: "a" }) }, { id: "r1", definition: input({ name: "z" }) }],
      "rules.1.id",
    ],
  ])("refuses %s", (_, wanted, path) => {
    expect(planRules(stored, wanted).issues.map((issue) => issue.path)).toEqual([path]);
  });

  it("has nothing to do once it was carried out", () => {
    const unique = (list: { name: string }[]) => new Set(list.map(({ name }) => name)).size === list.length;
    fc.assert(
      fc.property(
        fc.array(definitions).filter(unique),
        fc.array(definitions).filter(unique),
        (before, wanted) => {
          const first = planRules(
            before.map((definition, index) => ({ id: `r${index}`, definition })),
            wanted.map((definition) => ({ definition })),
          );
          const after = [
            ...first.unchanged,
            ...first.others,
            ...first.update,
            ...first.create.map(({ index, definition }) => ({ id: `n${index}`, definition })),
          ];
          const again = planRules(
            after,
            wanted.map((definition) => ({ definition })),
          );
          expect([again.create, again.update, again.issues]).toEqual([[], [], []]);
          expect(again.others).toHaveLength(first.others.length);
        },
      ),
    );
  });
});
