import { describe, expect, it } from "vitest";
import { BOTH_TIERS, type Rows, run, wordsOf } from "./step.testing";

const withFor = { for: "1m" };
const withKeep = { keep_firing_for: "1m" };
const recovering = { tiers: [{ severity: "warning", threshold: 800, recovery: 700 }] };
const below = { operator: "<=", tiers: [{ severity: "warning", threshold: 10, recovery: 20 }] };

const rows: Rows = {
  comparison: [
    { sentence: ">= fires on equality", seen: "0=800", effects: "0 ok → firing warning" },
    { sentence: ">= does not fire below", seen: "0=799.9", effects: "" },
    { sentence: "> does not fire on equality", rule: { operator: ">" }, seen: "0=800", effects: "" },
    {
      sentence: "> fires above",
      rule: { operator: ">" },
      seen: "0=801",
      effects: "0 ok → firing warning",
    },
    {
      sentence: "<= fires on equality",
      rule: { operator: "<=" },
      seen: "0=800",
      effects: "0 ok → firing warning",
    },
    { sentence: "< does not fire on equality", rule: { operator: "<" }, seen: "0=800", effects: "" },
    {
      sentence: "< fires at nothing",
      rule: { operator: "<" },
      seen: "0=0",
      effects: "0 ok → firing warning",
    },
  ],
  for: [
    {
      sentence: "pending since the first true evaluation; fires at the first one with now − since ≥ for",
      rule: withFor,
      seen: "0=800 30=900 59.999=900 60=900 70=900",
      effects: "0 ok → pending warning, 60 pending → firing warning",
    },
    {
      sentence: "one false evaluation forgets it",
      rule: withFor,
      seen: "0=800 50=799 60=800 110=800 120=800",
      effects:
        "0 ok → pending warning, 50 pending → ok, 60 ok → pending warning, 120 pending → firing warning",
    },
    {
      sentence: "0s fires at once",
      seen: "0=800",
      effects: "0 ok → firing warning",
    },
    {
      sentence: "raising it while firing sends back to pending",
      rule: withFor,
      seen: ["0=800 60=800", { for: "2m" }, "70=800 110=800 120=800"],
      effects:
        "0 ok → pending warning, 60 pending → firing warning, 70 firing → pending warning, 120 pending → firing warning",
    },
    {
      sentence: "raising it to less than has passed changes nothing",
      rule: withFor,
      seen: ["0=800 60=800 300=800", { for: "2m" }, "310=800"],
      effects: "0 ok → pending warning, 60 pending → firing warning",
    },
    {
      sentence: "raising it when the condition has ended resolves",
      seen: ["0=800", { for: "2m" }, "10=100"],
      effects: "0 ok → firing warning, 10 firing → ok",
    },
    {
      sentence: "lowering it while pending fires when enough has passed",
      rule: withFor,
      seen: ["0=800", { for: "10s" }, "10=800"],
      effects: "0 ok → pending warning, 10 pending → firing warning",
    },
    {
      sentence: "a clock set back does not take a firing back",
      rule: withFor,
      seen: "0=800 60=800 50=800",
      effects: "0 ok → pending warning, 60 pending → firing warning",
    },
  ],
  keep_firing_for: [
    {
      sentence: "starts at the first false evaluation, resolves at ≥",
      rule: withKeep,
      seen: "0=800 10=700 40=700 69.999=700 70=700",
      effects: "0 ok → firing warning, 10 firing → recovering warning, 70 recovering → ok",
    },
    {
      sentence: "is cancelled by a true one",
      rule: withKeep,
      seen: "0=800 10=700 60=800 70=700 120=700 130=700",
      effects:
        "0 ok → firing warning, 10 firing → recovering warning, 60 recovering → firing warning, 70 firing → recovering warning, 130 recovering → ok",
    },
    {
      sentence: "a true one that cancels it needs no new `for`",
      rule: { ...withKeep, ...withFor },
      seen: "0=800 60=800 70=700 80=800",
      effects:
        "0 ok → pending warning, 60 pending → firing warning, 70 firing → recovering warning, 80 recovering → firing warning",
    },
    {
      sentence: "never applies to pending",
      rule: { ...withFor, ...withKeep },
      seen: "0=800 10=700",
      effects: "0 ok → pending warning, 10 pending → ok",
    },
    {
      sentence: "is per instance: a tier that recovers under a firing one goes at once",
      rule: { ...withKeep, tiers: BOTH_TIERS },
      seen: "0=960 10=900 20=100 80=100",
      effects:
        "0 ok → firing critical, 10 firing → firing warning, 20 firing → recovering warning, 80 recovering → ok",
    },
    {
      sentence: "keeps the severity while all tiers recover together, and downgrades when one comes back",
      rule: { ...withKeep, tiers: BOTH_TIERS },
      seen: "0=960 10=100 20=900 30=960",
      effects:
        "0 ok → firing critical, 10 firing → recovering critical, 20 recovering → firing warning, 30 firing → firing critical",
    },
  ],
  "recovery threshold": [
    {
      sentence: "recovered at value ≤ recovery, equality resolves",
      rule: recovering,
      seen: "0=800 10=799 20=701 30=700",
      effects: "0 ok → firing warning, 30 firing → ok",
    },
    {
      sentence: "≥ for <=",
      rule: below,
      seen: "0=10 10=19 20=20",
      effects: "0 ok → firing warning, 20 firing → ok",
    },
    {
      sentence: "is consulted only while firing",
      rule: { ...recovering, ...withFor },
      seen: "0=750 10=800 20=750 30=800",
      effects: "10 ok → pending warning, 20 pending → ok, 30 ok → pending warning",
    },
    {
      sentence: "without it a tier has recovered when its comparison is false",
      seen: "0=800 10=799",
      effects: "0 ok → firing warning, 10 firing → ok",
    },
    {
      sentence: "“false” while firing means recovered: it starts keep_firing_for",
      rule: { ...recovering, ...withKeep },
      seen: "0=800 10=750 20=700 30=750 40=700 100=700",
      effects:
        "0 ok → firing warning, 20 firing → recovering warning, 30 recovering → firing warning, 40 firing → recovering warning, 100 recovering → ok",
    },
  ],
  tiers: [
    {
      sentence: "`for` is kept per tier",
      rule: { ...withFor, tiers: BOTH_TIERS },
      seen: "0=800 30=950 60=950 80=950 90=950",
      effects: "0 ok → pending warning, 60 pending → firing warning, 90 firing → firing critical",
    },
    {
      sentence: "the latch is kept per tier",
      rule: {
        tiers: [
          { severity: "warning", threshold: 800, recovery: 600 },
          { severity: "critical", threshold: 950, recovery: 700 },
        ],
      },
      seen: "0=950 10=701 20=700 30=601 40=600",
      effects: "0 ok → firing critical, 20 firing → firing warning, 40 firing → ok",
    },
    {
      sentence: "the severity is the highest latched tier, also when a lower one has recovered",
      rule: {
        tiers: [
          { severity: "warning", threshold: 800 },
          { severity: "critical", threshold: 950, recovery: 500 },
        ],
      },
      seen: "0=950 10=600 20=500",
      effects: "0 ok → firing critical, 20 firing → ok",
    },
    {
      sentence: "critical → warning is a downgrade, not a resolution",
      rule: { tiers: BOTH_TIERS },
      seen: "0=800 10=950 20=949 30=799",
      effects:
        "0 ok → firing warning, 10 firing → firing critical, 20 firing → firing warning, 30 firing → ok",
    },
    {
      sentence: "a rule may have a critical tier only",
      rule: { tiers: [{ severity: "critical", threshold: 5 }] },
      seen: "0=5",
      effects: "0 ok → firing critical",
    },
    {
      sentence: "below rules: critical is the smaller value",
      rule: {
        metric: "seconds_to_exhaustion",
        window: null,
        operator: "<",
        tiers: [
          { severity: "critical", threshold: 60 },
          { severity: "warning", threshold: 600 },
        ],
      },
      seen: "0=600 10=599 20=59 30=60 40=600",
      effects:
        "10 ok → firing warning, 20 firing → firing critical, 30 firing → firing warning, 40 firing → ok",
    },
    {
      sentence: "a removed tier is a downgrade",
      rule: { tiers: BOTH_TIERS },
      seen: ["0=950", {}, "10=950"],
      effects: "0 ok → firing critical, 10 firing → firing warning",
    },
    {
      sentence: "a removed tier that alone was latched resolves at once",
      rule: { ...withKeep, tiers: [{ severity: "warning", threshold: 10 }] },
      seen: ["0=10", { tiers: [{ severity: "critical", threshold: 20 }], ...withKeep }, "10=10"],
      effects: "0 ok → firing warning, 10 firing → ok",
    },
    {
      sentence: "an added tier fires beside the latched one",
      seen: ["0=960", { tiers: BOTH_TIERS }, "10=960"],
      effects: "0 ok → firing warning, 10 firing → firing critical",
    },
  ],
};

describe.each(Object.entries(rows))("%s", (_, cases) => {
  it.each(cases)("$sentence", ({ rule, seen, effects }) => {
    expect(run(rule, seen).map(wordsOf).join(", ")).toBe(effects);
  });
});
