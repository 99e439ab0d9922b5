import { describe, expect, it } from "vitest";
import { BOTH_TIERS, type Rows, run, wordsOf } from "./step.testing";

const withFor = { for: "1m" };
const withKeep = { keep_firing_for: "1m" };
const quota = { window: "calendar_day", tiers: BOTH_TIERS };
const ratio = { metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] };
const ratioBoth = {
  metric: "error_rate",
  tiers: [
    { severity: "warning", threshold: 0.5 },
    { severity: "critical", threshold: 0.9 },
  ],
};

const rows: Rows = {
  "quota rules": [
    {
      sentence: "each tier fires once a period; a new period closes it",
      rule: quota,
      seen: "0=800 10=820 20=950 30=2000 86400=0 86410=800",
      effects:
        "0 ok → firing warning, 20 firing → firing critical, 86400 firing → ok, 86410 ok → firing warning",
    },
    {
      sentence: "stays used up within its period though the value drops",
      rule: quota,
      seen: "0=800 10=700 20=800",
      effects: "0 ok → firing warning",
    },
    {
      sentence: "closes and fires again at once when the new period is used up already",
      rule: quota,
      seen: "0=800 86400=900",
      effects: "0 ok → firing warning, 86400 firing → ok, 86400 ok → firing warning",
    },
    {
      sentence: "a clock set back to the period before fires nothing twice",
      rule: quota,
      seen: "86399=900 86401=0 86399=900 86402=800",
      effects: "86399 ok → firing warning, 86401 firing → ok, 86402 ok → firing warning",
    },
    {
      sentence: "a threshold raised to less than is used changes nothing",
      rule: quota,
      seen: ["0=900", { ...quota, tiers: [{ severity: "warning", threshold: 850 }] }, "10=900"],
      effects: "0 ok → firing warning",
    },
    {
      sentence: "a raised threshold opens the tier again",
      rule: quota,
      seen: ["0=800", { ...quota, tiers: [{ severity: "warning", threshold: 1_000 }] }, "10=850 20=1000"],
      effects: "0 ok → firing warning, 10 firing → ok, 20 ok → firing warning",
    },
    {
      sentence: "a failed evaluation does not delay the closing, nor repeat the firing",
      rule: quota,
      seen: "0=800 10=failed 20=800 30=failed 86400=1",
      effects:
        "0 ok → firing warning, 10 firing → error warning, 20 error → firing warning, 30 firing → error warning, 86400 error → ok",
    },
  ],
  "no data": [
    { sentence: "ok: an instance without a value is ok", rule: ratio, seen: "0=none", effects: "" },
    {
      sentence: "ok: no value ends the condition",
      rule: { ...ratio, ...withFor },
      seen: "0=0.6 30=none 40=0.6 100=0.6 110=none",
      effects:
        "0 ok → pending warning, 30 pending → ok, 40 ok → pending warning, 100 pending → firing warning, 110 firing → ok",
    },
    {
      sentence: "ok: keep_firing_for applies",
      rule: { ...ratio, ...withKeep },
      seen: "0=0.6 10=none 70=none",
      effects: "0 ok → firing warning, 10 firing → recovering warning, 70 recovering → ok",
    },
    {
      sentence: "alert: fires as no_data with the rule's lowest severity, and ends when data is back",
      rule: { ...ratioBoth, no_data: "alert" },
      seen: "0=0.1 10=none 20=none 30=0.1",
      effects: "10 ok → no_data warning, 30 no_data → ok",
    },
    {
      sentence: "alert: waits for `for` like any condition",
      rule: { ...ratio, ...withFor, no_data: "alert" },
      seen: "0=none 30=none 40=0.1 50=none 110=none",
      effects:
        "0 ok → pending warning, 40 pending → ok, 50 ok → pending warning, 110 pending → no_data warning",
    },
    {
      sentence: "alert: keeps a higher severity that is latched, and goes on from it",
      rule: { ...ratioBoth, no_data: "alert" },
      seen: "0=0.95 10=none 20=0.95 30=none 40=0.6 50=none 60=0.1",
      effects:
        "0 ok → firing critical, 10 firing → no_data critical, 20 no_data → firing critical, 30 firing → no_data critical, 40 no_data → firing warning, 50 firing → no_data warning, 60 no_data → ok",
    },
    {
      sentence: "alert: a pending tier is forgotten",
      rule: { ...ratio, ...withFor, no_data: "alert" },
      seen: "0=0.6 30=none 60=0.6 110=0.6 120=0.6",
      effects: "0 ok → pending warning, 120 pending → firing warning",
    },
    {
      sentence: "keep: nothing changes",
      rule: { ...ratio, no_data: "keep" },
      seen: "0=none 10=0.6 20=none 1000=none 1010=0.1",
      effects: "10 ok → firing warning, 1010 firing → ok",
    },
    {
      sentence: "keep: pending stays pending, and no data is no true evaluation",
      rule: { ...ratio, ...withFor, no_data: "keep" },
      seen: "0=0.6 60=none 70=0.6",
      effects: "0 ok → pending warning, 70 pending → firing warning",
    },
    {
      sentence: "sums read 0",
      rule: { operator: "<", no_data: "alert" },
      seen: "0=0",
      effects: "0 ok → firing warning",
    },
  ],
  "evaluation failure": [
    {
      sentence: "never fires",
      seen: "0=failed 10=failed 20=100",
      effects: "0 ok → error, 20 error → ok",
    },
    {
      sentence: "never resolves, and goes back to where it was",
      seen: "0=800 10=failed 20=800",
      effects: "0 ok → firing warning, 10 firing → error warning, 20 error → firing warning",
    },
    {
      sentence: "the next good evaluation decides",
      seen: "0=800 10=failed 20=100 30=failed 40=900",
      effects:
        "0 ok → firing warning, 10 firing → error warning, 20 error → ok, 30 ok → error, 40 error → firing warning",
    },
    {
      sentence: "covers pending and recovering alike, whose clocks go on",
      rule: { ...withFor, ...withKeep },
      seen: "0=800 10=failed 60=800 70=0 80=failed 120=0 130=0",
      effects:
        "0 ok → pending warning, 10 pending → error warning, 60 error → firing warning, 70 firing → recovering warning, 80 recovering → error warning, 120 error → recovering warning, 130 recovering → ok",
    },
    {
      sentence: "with no_data keep it goes back as well",
      rule: { ...ratio, no_data: "keep" },
      seen: "0=0.6 10=failed 20=none",
      effects: "0 ok → firing warning, 10 firing → error warning, 20 error → firing warning",
    },
  ],
  "vanished scope": [
    {
      sentence: "resolves, whatever else is seen",
      rule: { ...withKeep },
      seen: "0=800 10=gone",
      effects: "0 ok → firing warning, 10 firing → ok",
    },
    {
      sentence: "ends pending",
      rule: withFor,
      seen: "0=800 10=gone",
      effects: "0 ok → pending warning, 10 pending → ok",
    },
    {
      sentence: "says nothing of what was ok",
      seen: "0=1 10=gone",
      effects: "",
    },
    {
      sentence: "resolves what a failure covers",
      seen: "0=800 10=failed 20=gone",
      effects: "0 ok → firing warning, 10 firing → error warning, 20 error → ok",
    },
  ],
  min_requests: [
    {
      sentence: "fewer requests make the condition false",
      rule: { ...ratio, min_requests: 20 },
      seen: "0=1/19 10=1/20 20=1/19",
      effects: "10 ok → firing warning, 20 firing → ok",
    },
    {
      sentence: "also where a recovery threshold waits for more",
      rule: { ...ratio, min_requests: 20, tiers: [{ severity: "warning", threshold: 0.5, recovery: 0.2 }] },
      seen: "0=1/20 10=0.4/20 20=0.4/3",
      effects: "0 ok → firing warning, 20 firing → ok",
    },
  ],
  repeat: [
    {
      sentence: "a reminder while nothing changed, each interval",
      rule: { repeat_every: "1m" },
      seen: "0=800 59.999=800 60=800 100=800 120=800 130=0 500=0",
      effects: "0 ok → firing warning, 60 reminder warning, 120 reminder warning, 130 firing → ok",
    },
    {
      sentence: "a change starts the interval again",
      rule: { repeat_every: "1m", tiers: BOTH_TIERS },
      seen: "0=800 50=950 60=950 110=950",
      effects: "0 ok → firing warning, 50 firing → firing critical, 110 reminder critical",
    },
    {
      sentence: "so does a condition that missing data gives way to",
      rule: { ...ratio, no_data: "alert", repeat_every: "1m" },
      seen: "0=none 50=0.6 60=0.6 110=0.6",
      effects: "0 ok → no_data warning, 50 no_data → firing warning, 110 reminder warning",
    },
    {
      sentence: "off",
      seen: "0=800 1000000=800",
      effects: "0 ok → firing warning",
    },
    {
      sentence: "not while pending, recovering or failing",
      rule: { ...withFor, repeat_every: "1s", keep_firing_for: "1m" },
      seen: "0=800 30=800 60=800 60.5=0 90=0 91=failed 93=failed",
      effects:
        "0 ok → pending warning, 60 pending → firing warning, 60.5 firing → recovering warning, 91 recovering → error warning",
    },
    {
      sentence: "of missing data too",
      rule: { ...ratio, no_data: "alert", repeat_every: "1m" },
      seen: "0=none 60=none",
      effects: "0 ok → no_data warning, 60 reminder warning",
    },
  ],
};

describe.each(Object.entries(rows))("%s", (_, cases) => {
  it.each(cases)("$sentence", ({ rule, seen, effects }) => {
    expect(run(rule, seen).map(wordsOf).join(", ")).toBe(effects);
  });
});
