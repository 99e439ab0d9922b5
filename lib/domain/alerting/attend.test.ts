import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Attendance, type Attended, attend, messageFor } from "./attend";
import { type Attention, attentionAt, channelsOf, countChange, newAttention, settlesAt } from "./attention";
import { CRITICAL, MINUTE, open, rule, told, WARNING } from "./noise.testing";
import type { Alert } from "./state";
import { afterTelling, NOTHING_TOLD, owedMessage, type ToldOf } from "./told";

describe("escalation", () => {
  const at = (incident: Attended, at: number) => attend(incident, rule, at);

  it.each<[string, Attended, number, number[]]>([
    ["nothing before the first step", open(), 5 * MINUTE - 1, []],
    ["the first step on time", open(), 5 * MINUTE, [1]],
    ["all that are due after an absence", open(), 60 * MINUTE, [1, 2]],
    ["none while acknowledged", open({ state: "acknowledged", acknowledgedAt: MINUTE }), 60 * MINUTE, []],
    ["none once resolved", open({ state: "resolved" }), 60 * MINUTE, []],
    [
      "none while it flaps",
      open({ attention: { ...newAttention(0), flappingSince: 55 * MINUTE, changes: [55 * MINUTE] } }),
      60 * MINUTE,
      [],
    ],
  ])("%s", (_, incident, when, expected) => {
    expect(at(incident, when).steps.map(({ number }) => number)).toEqual(expected);
  });

  it("counts the time nobody had it, and no other", () => {
    const taken = at(open({ state: "acknowledged", acknowledgedAt: 4 * MINUTE }), 10 * MINUTE);
    const back = at(open({ attention: taken.attention }), 30 * MINUTE);
    expect(back.steps).toEqual([]);
    expect(attentionAt({ state: "firing", snoozedUntil: null, attention: back.attention }, rule, null)).toBe(
      31 * MINUTE,
    );
    expect(at(open({ attention: back.attention }), 31 * MINUTE).steps).toMatchObject([{ number: 1 }]);
  });

  it("tells who has not heard of it, reminds who has, and then counts them in", () => {
    const attendance = at(open(), 5 * MINUTE);
    expect(messageFor("b", NOTHING_TOLD, attendance, WARNING)?.kind).toBe("firing");
    expect(messageFor("b", { alert: WARNING, owed: false }, attendance, WARNING)?.kind).toBe("reminder");
    expect(messageFor("a", { alert: WARNING, owed: false }, attendance, WARNING)).toBeNull();
    expect(channelsOf(rule, attendance.attention)).toEqual(["a", "b"]);
  });
});

describe("a snooze", () => {
  it("ends, and what still fires is told", () => {
    const snoozed = open({ state: "acknowledged", acknowledgedAt: 0, snoozedUntil: 10 * MINUTE });
    expect(attend(snoozed, rule, 10 * MINUTE - 1)).toMatchObject({
      snoozeEnded: false,
      state: "acknowledged",
    });
    const ended = attend(snoozed, rule, 10 * MINUTE);
    expect(ended).toMatchObject({ snoozeEnded: true, state: "firing", steps: [] });
    expect(messageFor("a", { alert: WARNING, owed: false }, ended, CRITICAL)?.kind).toBe("escalated");
    expect(messageFor("a", { alert: WARNING, owed: false }, ended, WARNING)?.kind).toBe("reminder");
  });
});

describe("flapping", () => {
  const changes = (...minutes: number[]): Attention =>
    minutes.reduce((attention, at) => countChange(attention, rule, at * MINUTE), newAttention(0));

  it.each<[string, number[], number | null]>([
    ["as many changes as it may have", [1, 2, 3], null],
    ["one more", [1, 2, 3, 4], 4],
    ["spread over more than the window", [1, 5, 9, 13], null],
    ["and more and more", [1, 2, 3, 4, 8, 9], 4],
  ])("%s", (_, minutes, since) => {
    expect(changes(...minutes).flappingSince).toBe(since === null ? null : since * MINUTE);
  });

  it("has settled when nothing has changed for the window, or at once when it is switched off", () => {
    const attention = changes(1, 2, 3, 4, 6);
    expect(settlesAt(attention, rule)).toBe(16 * MINUTE);
    expect(settlesAt(attention, { flapping: null })).toBe(4 * MINUTE);
    expect(attend(open({ attention }), rule, 16 * MINUTE - 1).settled).toBeNull();
    expect(attend(open({ attention }), rule, 16 * MINUTE)).toMatchObject({
      settled: "firing",
      state: "firing",
    });
    expect(attend(open({ attention, truth: null }), rule, 16 * MINUTE)).toMatchObject({
      settled: "resolved",
      state: "resolved",
      steps: [],
    });
  });
});

describe("what a channel knows", () => {
  it.each<[string, Alert | null, string | null]>([
    ["", WARNING, null],
    ["firing", WARNING, null],
    ["firing:silence", WARNING, "firing"],
    ["firing:silence", null, null],
    ["firing:silence", { severity: "warning", cause: "no_data" }, "no_data"],
    ["firing reminder:silence", WARNING, "reminder"],
    ["firing escalated:silence", CRITICAL, "escalated"],
    ["firing resolved:silence", null, "resolved"],
    ["firing:silence firing", WARNING, null],
    ["firing:silence firing:acknowledgement", WARNING, null],
    ["firing:channel", WARNING, null],
    ["firing:silence acknowledged", WARNING, "firing"],
    ["firing firing:inhibition", WARNING, null],
    ["firing flapping resolved:flapping", null, "resolved"],
    ["firing resolved firing:silence", null, null],
  ])("told %j, true %j: %s", (line, truth, expected) => {
    expect(owedMessage(told(line), truth)).toBe(expected);
  });

  it("is never owed the same twice, and never hears of an end of nothing", () => {
    const delivery = fc.record({
      kind: fc.constantFrom(
        "firing",
        "escalated",
        "downgraded",
        "reminder",
        "no_data",
        "resolved",
        "flapping",
      ),
      severity: fc.constantFrom("warning", "critical"),
      mutedBy: fc.constantFrom(null, "silence", "flapping", "inhibition", "channel", "untold"),
    }) as fc.Arbitrary<ToldOf>;
    const truths = fc.constantFrom(null, WARNING, CRITICAL);
    fc.assert(
      fc.property(fc.array(delivery, { maxLength: 12 }), truths, (deliveries, truth) => {
        const picture = deliveries.reduce(afterTelling, NOTHING_TOLD);
        const kind = owedMessage(picture, truth);
        if (kind === "resolved") expect(picture.alert).not.toBeNull();
        if (kind === null) return;
        const after = afterTelling(picture, { kind, severity: truth?.severity ?? null, mutedBy: null });
        expect(owedMessage(after, truth)).toBeNull();
      }),
    );
  });
});

it("whatever is due once is not due again: attending is done when it is done", () => {
  const instant = fc.integer({ min: 0, max: 60 * MINUTE });
  const incident = fc.record({
    state: fc.constantFrom("firing", "acknowledged", "resolved"),
    acknowledgedAt: fc.option(instant),
    snoozedUntil: fc.option(instant),
    truth: fc.constantFrom(null, WARNING, CRITICAL),
    attention: fc.record({
      changes: fc.uniqueArray(instant, { maxLength: 4 }).map((all) => all.toSorted((a, b) => a - b)),
      flappingSince: fc.option(instant),
      escalatedTo: fc.constantFrom(0, 5 * MINUTE, 15 * MINUTE),
      waitingSince: fc.option(instant),
      waitedMs: instant,
      joinedAt: fc.constant(null),
      remindedAt: fc.constant(null),
    }),
  }) as fc.Arbitrary<Attended>;
  fc.assert(
    fc.property(incident, instant, (before, now) => {
      const first: Attendance = attend(before, rule, now);
      const after: Attended = {
        ...before,
        state: first.state,
        attention: first.attention,
        ...(first.snoozeEnded ? { acknowledgedAt: null, snoozedUntil: null } : {}),
      };
      const second = attend(after, rule, now);
      expect(second).toMatchObject({ snoozeEnded: false, settled: null, steps: [], state: first.state });
      const next = attentionAt({ ...after, state: first.state }, rule, null);
      if (next !== null) expect(next).toBeGreaterThan(now);
    }),
  );
});
