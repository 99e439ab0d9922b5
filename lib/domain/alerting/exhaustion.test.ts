import fc from "fast-check";
import { expect, it } from "vitest";
import { openSpans, warnedAt } from "./exhaustion";
import { transitionsOf } from "./replay";
import { initialState } from "./state";
import { step } from "./step";
import { BOTH_TIERS, ruleOf } from "./step.testing";

it.each([
  ["open before and still", [{ from: 10, to: null }], 30, 10],
  ["open from that very instant", [{ from: 30, to: null }], 30, 30],
  ["opened after", [{ from: 31, to: null }], 30, null],
  ["closed before", [{ from: 10, to: 20 }], 30, null],
  ["closed at that very instant", [{ from: 10, to: 30 }], 30, null],
  [
    "open again",
    [
      { from: 10, to: 20 },
      { from: 25, to: 40 },
    ],
    30,
    25,
  ],
  ["never", [], 30, null],
])("an alert that was %s", (_, spans, at, expected) => {
  expect(warnedAt(spans, at)).toBe(expected);
});

it("an alert's spans are those in which its state was firing or worse, whatever the values", () => {
  const rule = ruleOf({ tiers: BOTH_TIERS, keep_firing_for: "20s" });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 700, max: 1_000 }), { maxLength: 60 }), (values) => {
      let state = initialState();
      const effects = [];
      const open: boolean[] = [];
      for (const [i, value] of values.entries()) {
        const stepped = step(rule, state, { value, requests: 1 }, i * 10_000);
        state = stepped.state;
        effects.push(...stepped.effects);
        open.push(state.status === "firing" || state.status === "recovering");
      }
      const spans = openSpans(transitionsOf(effects));
      for (const [i, isOpen] of open.entries()) expect(warnedAt(spans, i * 10_000) !== null).toBe(isOpen);
    }),
  );
});
