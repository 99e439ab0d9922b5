import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Arrival,
  admit,
  FOLLOWERS_WAIT_MS,
  type Held,
  type Moment,
  pairOf,
  type Window,
} from "./admission";

const NOW = 1_000_000_000;

interface Around {
  windows?: [string, Window][];
  held?: [string, Held][];
  quiet?: number | null;
  breaks?: boolean;
  budget?: number | null;
  wait?: number;
  direct?: boolean;
}

function momentOf({
  windows = [],
  held = [],
  quiet = null,
  breaks = false,
  budget = null,
  wait = 0,
  direct = false,
}: Around = {}): Moment {
  return {
    now: NOW,
    windows: new Map(windows),
    held: new Map(held),
    direct: () => direct,
    quietUntil: (_channel, critical) => (critical && breaks ? null : quiet),
    budgetUntil: () => budget,
    take: () => wait,
  };
}

/** `key kind`, with `!` for critical: of one channel and rule. */
const arrivals = (line: string): Arrival[] =>
  line.split(", ").map((word, index) => {
    const [key = "", kind = ""] = word.split(" ");
    return {
      id: String(index + 1),
      channelId: "c",
      ruleId: "r",
      incidentId: key,
      kind: kind.replace("!", ""),
      critical: kind.endsWith("!"),
    };
  });

/** One letter a message: `s`ent, `S`ent and telling what was held, `f`ollower, `q`uiet, `l`imit, `b`udget. */
const verdicts = (line: string, around?: Around) =>
  admit(arrivals(line), momentOf(around))
    .map((verdict) => (verdict.admitted ? (verdict.absorbs ? "S" : "s") : verdict.hold.charAt(0)))
    .join("");

describe("admission", () => {
  const window = (opener: string, ago: number): Around => ({
    windows: [[pairOf("c", "r"), { opener, openedAt: NOW - ago }]],
  });
  const heldSibling: Around = { held: [[pairOf("c", "a"), { hold: "quiet", until: NOW + 5 }]] };
  const table: [string, string, Around | undefined, string][] = [
    ["lets the first through and holds the others", "a firing, b firing, c firing!", undefined, "sff"],
    ["lets messages of one incident through", "a firing, a resolved, a firing", undefined, "sss"],
    ["never holds an escalation behind others", "a firing, b escalated!", undefined, "ss"],
    ["lets an escalation tell its held firing", "a firing, b firing, b escalated!", undefined, "sfS"],
    ["lets what follows an escalation go", "a firing, b firing, b escalated!, b resolved", undefined, "sfSf"],
    ["keeps a resolution with its held firing", "a resolved", heldSibling, "q"],
    ["holds behind a message of a moment ago", "b firing", window("a", FOLLOWERS_WAIT_MS - 1), "f"],
    ["holds nothing once the wait is over", "b firing", window("a", FOLLOWERS_WAIT_MS), "s"],
    ["holds nothing for a clock that was set back", "b firing", window("a", -5), "s"],
    ["holds everything while it is quiet", "a firing, b escalated!, a resolved", { quiet: NOW + 1 }, "qqq"],
    [
      "lets critical alerts break through, and nothing else of them",
      "a firing!, a resolved!, b escalated!, c firing, d reminder!, e no_data!",
      { quiet: NOW + 1, breaks: true },
      "sqsqqf",
    ],
    ["holds what the SMS budget has no room for", "a firing, b escalated!", { budget: NOW + 9 }, "bb"],
    [
      "holds nothing of a system that keeps incidents",
      "a firing, b firing, a resolved",
      { direct: true, quiet: NOW + 1, wait: 7 },
      "sss",
    ],
    ["holds what is over the limit", "a firing, b escalated!", { wait: 7 }, "ll"],
  ];
  it.each(table)("%s", (_name, line, around, expected) => {
    expect(verdicts(line, around)).toBe(expected);
  });

  it("says until when", () => {
    const [first] = admit(arrivals("b firing"), momentOf(window("a", 10_000)));
    expect(first).toEqual({ id: "1", admitted: false, hold: "followers r", until: NOW + 20_000 });
    const [over] = admit(arrivals("a firing"), momentOf({ wait: 250 }));
    expect(over).toEqual({ id: "1", admitted: false, hold: "limit", until: NOW + 250 });
  });

  it("judges every message once, and never lets two firings of a rule through together", () => {
    const anyArrival = fc.record({
      channelId: fc.constantFrom("c", "d"),
      ruleId: fc.constantFrom("r", "s"),
      incidentId: fc.constantFrom("a", "b", "e", null),
      kind: fc.constantFrom("firing", "escalated", "resolved", "reminder"),
      critical: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyArrival, { maxLength: 30 }), (list) => {
        const all = list.map((one, index) => ({ ...one, id: String(index) }));
        const judged = admit(all, momentOf());
        expect(judged.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
        const opener = new Map<string, string | null>();
        for (const [index, verdict] of judged.entries()) {
          const one = all[index];
          if (one === undefined || !verdict.admitted || one.kind === "escalated") continue;
          const place = pairOf(one.channelId, one.ruleId);
          const first = all.find(
            (other, at) => judged[at]?.admitted && pairOf(other.channelId, other.ruleId) === place,
          );
          opener.set(place, first?.incidentId ?? null);
          expect(one.id === first?.id || one.incidentId === opener.get(place)).toBe(true);
        }
      }),
    );
  });
});
