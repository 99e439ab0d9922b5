import { describe, expect, it } from "vitest";
import { incidentChange, type OpenIncident, timelineKind } from "./incident";
import { transitionsOf } from "./replay";
import { BOTH_TIERS, run, type Seen } from "./step.testing";

const ratio = { metric: "error_rate", tiers: [{ severity: "warning", threshold: 0.5 }] };

/** Follows one instance's incident through a history; who acknowledges does so right after it opened. */
function follow(rule: Record<string, unknown>, seen: Seen, { acknowledge = false, from = 0 } = {}) {
  let open: OpenIncident | null = null;
  const actions: string[] = [];
  const states: (string | undefined)[] = [];
  for (const transition of transitionsOf(run(rule, seen)).slice(from)) {
    const change = incidentChange(open, transition);
    actions.push(change.action);
    if ("incident" in change) open = change.incident;
    if (change.action === "open" && acknowledge && open !== null) open = { ...open, state: "acknowledged" };
    if (change.action === "resolve") open = null;
    states.push(open === null ? undefined : `${open.state} ${open.severity} ${open.value}/${open.threshold}`);
  }
  return { actions: actions.join(" "), states };
}

describe("an incident", () => {
  it.each<[string, Record<string, unknown>, Seen, string]>([
    [
      "opens at the first firing, not while pending",
      { for: "10s" },
      "0=800 10=800 20=0",
      "none open resolve",
    ],
    [
      "escalates and downgrades as one",
      { tiers: BOTH_TIERS },
      "0=800 10=950 20=900 30=0",
      "open escalate downgrade resolve",
    ],
    [
      "notes what does not change it",
      { keep_firing_for: "1m" },
      "0=800 10=0 20=failed 30=800 40=0 100=0",
      "open note note note note resolve",
    ],
    [
      "follows from missing data to a condition",
      { ...ratio, no_data: "alert" },
      "0=none 10=0.6 20=0.1",
      "open update resolve",
    ],
    [
      "closes with a quota's period and opens anew",
      { window: "calendar_day" },
      "0=800 86400=900",
      "open resolve open",
    ],
    ["is none for failures of what is ok", {}, "0=failed 10=0", "none none"],
  ])("%s", (_, rule, seen, expected) => {
    expect(follow(rule, seen).actions).toBe(expected);
  });

  it("keeps the values of its latest change", () => {
    expect(follow({ tiers: BOTH_TIERS }, "0=816 10=960 20=900 30=0").states).toEqual([
      "firing warning 816/800",
      "firing critical 960/950",
      "firing warning 900/800",
      undefined,
    ]);
  });

  it("stays acknowledged until it is resolved, also when it escalates", () => {
    const { states } = follow({ tiers: BOTH_TIERS }, "0=816 10=960 20=0 30=800", { acknowledge: true });
    expect(states).toEqual([
      "acknowledged warning 816/800",
      "acknowledged critical 960/950",
      undefined,
      "acknowledged warning 800/800",
    ]);
  });

  it("opens late when its opening was missed, and resolves nothing that is not open", () => {
    expect(follow({ tiers: BOTH_TIERS }, "0=800 10=950 20=0", { from: 1 }).actions).toBe("open resolve");
    expect(follow({}, "0=800 10=0", { from: 1 }).actions).toBe("none");
  });
});

describe("its timeline", () => {
  it.each<[string, Record<string, unknown>, Seen, string]>([
    ["tiers", { tiers: BOTH_TIERS }, "0=800 10=950 20=900 30=0", "opened escalated downgraded resolved"],
    ["pending is no part of it", { for: "10s" }, "0=800 10=800", "opened"],
    ["recovering", { keep_firing_for: "1m" }, "0=800 10=0 20=800", "opened recovering firing_again"],
    [
      "failures",
      {},
      "0=800 10=failed 20=800 30=failed 40=0",
      "opened evaluation_failed evaluation_restored evaluation_failed resolved",
    ],
    ["missing data", { ...ratio, no_data: "alert" }, "0=0.6 10=none 20=0.6", "opened no_data data_returned"],
    ["reminders", { repeat_every: "10s" }, "0=800 10=800", "opened reminded"],
  ])("%s", (_, rule, seen, expected) => {
    expect(
      run(rule, seen)
        .flatMap((effect) => timelineKind(effect) ?? [])
        .join(" "),
    ).toBe(expected);
  });
});
