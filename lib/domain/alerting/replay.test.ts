import { describe, expect, it } from "vitest";
import { SECOND } from "@/lib/domain/usage/duration";
import { countIncidents, countNotifications, replay, transitionsOf } from "./replay";
import { initialState } from "./state";
import { BOTH_TIERS, ruleOf, run } from "./step.testing";

describe("a replay", () => {
  it("steps at the instants it is given and hands on the state", () => {
    const rule = ruleOf({ for: "20s" });
    const observations = [10, 20, 30, 40].map((second) => ({
      at: second * SECOND,
      observation: { value: second < 40 ? 800 : 0, requests: 10 },
    }));
    const { state, effects } = replay(rule, initialState(), observations);
    expect(transitionsOf(effects).map(({ at, from, to }) => [at / SECOND, from, to])).toEqual([
      [10, "ok", "pending"],
      [30, "pending", "firing"],
      [40, "firing", "ok"],
    ]);
    expect(state.status).toBe("ok");
  });

  it("counts incidents and the messages of one channel", () => {
    const effects = run({ tiers: BOTH_TIERS, repeat_every: "1m" }, "0=800 10=950 70=950 80=900 90=0 100=800");
    expect(countIncidents(effects)).toBe(2);
    // firing, escalated, reminder, downgraded, resolved, firing
    expect(countNotifications(effects)).toBe(6);
    expect(transitionsOf(effects)).toHaveLength(5);
  });
});
