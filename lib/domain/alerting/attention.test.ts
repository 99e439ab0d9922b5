import { describe, expect, it } from "vitest";
import { readReply } from "../delivery/reply";
import { type Attended, attend, messageFor } from "./attend";
import { attentionAt, channelsOf, countChange, newAttention } from "./attention";
import { incidentChange, type OpenIncident } from "./incident";
import { MINUTE, open, rule, type Shown, told, WARNING } from "./noise.testing";
import { notificationKind } from "./notification";
import { transitionsOf } from "./replay";
import { BOTH_TIERS, run, type Seen } from "./step.testing";

/** What becomes of an incident that is acknowledged once it is open. */
function acknowledged(seen: Seen): string {
  let incident: OpenIncident | null = null;
  return transitionsOf(run({ tiers: BOTH_TIERS }, seen))
    .map((transition) => {
      const change = incidentChange(incident, transition);
      const opened: OpenIncident | null = "incident" in change ? change.incident : incident;
      incident = change.action === "resolve" ? null : opened;
      const state = incident?.state ?? "resolved";
      if (change.action === "open" && incident !== null) incident = { ...incident, state: "acknowledged" };
      return state;
    })
    .join(" ");
}

const flapping = (...minutes: number[]) =>
  minutes.reduce((attention, at) => countChange(attention, rule, at * MINUTE), newAttention(0));
const stepsAt = (minute: number, incident: Attended = open()) => [
  ...new Set(attend(incident, rule, minute * MINUTE).steps.flatMap(({ step }) => step.channels)),
];

/** ALERTING.md's rows on what becomes of an incident with time, each sentence with what shows it. */
const rows: Shown = {
  acknowledgement: [
    {
      sentence: "stops repeats",
      shows: () =>
        run({ repeat_every: "1m" }, "0=800 60=800").map((effect) =>
          notificationKind(effect, { acknowledged: true }),
        ),
      expected: ["firing", null],
    },
    {
      sentence: "stops escalation",
      shows: () => stepsAt(60, open({ state: "acknowledged", acknowledgedAt: MINUTE })),
      expected: [],
    },
    {
      sentence: "holds through whatever it becomes, ends at resolution, and the next one has none",
      shows: () => acknowledged("0=800 10=960 20=850 30=0 40=800"),
      expected: "firing acknowledged acknowledged resolved firing",
    },
    {
      sentence: "from an SMS reply",
      shows: () => ["1", " ack ", "11"].map((text) => readReply(text)?.kind),
      expected: ["acknowledge", "acknowledge", undefined],
    },
  ],
  escalation: [
    { sentence: "before N minutes: nobody else", shows: () => stepsAt(4.999), expected: [] },
    {
      sentence: "still unacknowledged after N minutes: the next step's channels",
      shows: () => stepsAt(5),
      expected: ["b"],
    },
    { sentence: "… and the step after it", shows: () => stepsAt(15), expected: ["b", "c"] },
    {
      sentence: "who was found that way hears of the incident from then on",
      shows: () => channelsOf(rule, attend(open(), rule, 5 * MINUTE).attention),
      expected: ["a", "b"],
    },
    {
      sentence: "an acknowledgement that is taken back leaves the minutes that nobody had it",
      shows: () => {
        const taken = attend(open({ state: "acknowledged", acknowledgedAt: 4 * MINUTE }), rule, 20 * MINUTE);
        const back = attend(open({ attention: taken.attention }), rule, 20 * MINUTE);
        return attentionAt(open({ attention: back.attention }), rule, null);
      },
      expected: 21 * MINUTE,
    },
  ],
  flapping: [
    {
      sentence: "N transitions in a window are not over it",
      shows: () => flapping(1, 2, 3).flappingSince,
      expected: null,
    },
    {
      sentence: "nor are more in a longer time",
      shows: () => flapping(1, 5, 9, 13).flappingSince,
      expected: null,
    },
    {
      sentence: "over N in a window: one notice, whatever follows",
      shows: () =>
        [flapping(1, 2, 3, 4), flapping(1, 2, 3, 4, 5, 6)].map(({ flappingSince }) => flappingSince),
      expected: [4 * MINUTE, 4 * MINUTE],
    },
    {
      sentence: "then quiet until it settles: whatever is kept back is owed",
      shows: () => {
        const incident = open({ attention: flapping(1, 2, 3, 4) });
        return [
          messageFor(
            "a",
            told("firing flapping resolved:flapping"),
            attend(incident, rule, 13 * MINUTE),
            WARNING,
          ),
          stepsAt(13, incident),
        ];
      },
      expected: [null, []],
    },
    {
      sentence: "settled, what still fires is told",
      shows: () => {
        const attendance = attend(open({ attention: flapping(1, 2, 3, 4) }), rule, 14 * MINUTE);
        return messageFor("a", told("firing flapping"), attendance, WARNING)?.kind;
      },
      expected: "firing",
    },
    {
      sentence: "… and what does not is over",
      shows: () => {
        const attendance = attend(open({ attention: flapping(1, 2, 3, 4), truth: null }), rule, 14 * MINUTE);
        return [attendance.state, messageFor("a", told("firing flapping"), attendance, null)?.kind];
      },
      expected: ["resolved", "resolved"],
    },
  ],
};

describe.each(Object.entries(rows))("%s", (_, cases) => {
  it.each(cases)("$sentence", ({ shows, expected }) => {
    expect(shows()).toEqual(expected);
  });
});
