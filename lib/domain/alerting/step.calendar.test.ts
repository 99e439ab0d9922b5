import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { windowRange } from "@/lib/domain/usage/window";
import { nextEvaluationAt } from "./schedule";
import { initialState } from "./state";
import { step } from "./step";
import { ruleOf } from "./step.testing";

const rule = ruleOf({ window: "calendar_day", time_zone: "Europe/Berlin" });

/** The instants at which a quota that is always used up fires, evaluated every half hour and when time asks for it. */
function firings(from: string, to: string, value = 900): number[] {
  let state = initialState();
  const found: number[] = [];
  const end = Date.parse(to);
  for (let now = Date.parse(from); now < end; ) {
    const window = rule.window;
    if (window === null) throw new Error("no window");
    const observation = { value, requests: value, periodStart: windowRange(window, now).from };
    const stepped = step(rule, state, observation, now);
    state = stepped.state;
    for (const effect of stepped.effects) {
      if (effect.kind === "transition" && effect.alert.before === null && effect.alert.after !== null)
        found.push(now);
    }
    now = Math.min(
      now + 30 * MINUTE,
      nextEvaluationAt(rule, state, observation, now) ?? Number.POSITIVE_INFINITY,
    );
  }
  return found;
}

describe("a quota of a calendar day", () => {
  it.each([
    [
      "with 23 hours",
      "2026-03-28T12:00:00Z",
      "2026-03-30T12:00:00Z",
      ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
      23,
    ],
    [
      "with 25 hours",
      "2026-10-24T12:00:00Z",
      "2026-10-26T12:00:00Z",
      ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
      25,
    ],
  ])("%s fires once, at the midnights of its zone", (_, from, to, midnights, hours) => {
    const [first, ...rest] = firings(from, to);
    expect(first).toBe(Date.parse(from));
    expect(rest.map((at) => new Date(at).toISOString().replace(".000", ""))).toEqual(midnights);
    expect(((rest[1] ?? 0) - (rest[0] ?? 0)) / HOUR).toBe(hours);
  });

  it("fires nothing again for a clock that is an hour off and then set right", () => {
    let state = initialState();
    const seen: string[] = [];
    // An hour ahead over midnight, back, and over midnight once more.
    for (const at of ["21:30", "22:30", "21:40", "21:59", "22:10", "23:00"]) {
      const now = Date.parse(`2026-07-01T${at}:00Z`);
      const periodStart = windowRange(rule.window ?? { kind: "sliding", ms: 0 }, now).from;
      const stepped = step(rule, state, { value: 900, requests: 900, periodStart }, now);
      state = stepped.state;
      for (const effect of stepped.effects) {
        if (effect.kind === "transition" && effect.alert.after !== null) seen.push(at);
      }
    }
    expect(seen).toEqual(["21:30", "22:30"]);
  });
});
