import { describe, expect, it } from "vitest";
import { type Arrival, admit, type Moment } from "../delivery/admission";
import { releasesOf } from "../delivery/digest";
import { quietUntil, WEEKDAYS } from "../delivery/quiet";
import { attend, messageFor } from "./attend";
import { attentionAt } from "./attention";
import { Group, lift } from "./group";
import { CRITICAL, MINUTE, open, rule, type Shown, told, WARNING } from "./noise.testing";
import { changeOf, notificationKind } from "./notification";
import { share } from "./sharing";
import { type Silenceable, type SilenceInForce, silencedBy } from "./silence";
import { BOTH_TIERS, ruleOf, run, type Seen } from "./step.testing";
import { owedMessage } from "./told";

/** The messages of one key's history, in which nothing is muted. */
const messages = (body: Record<string, unknown>, seen: Seen): string =>
  run(body, seen)
    .flatMap((effect) => notificationKind(effect) ?? [])
    .join(" ");

/** The messages of a shared incident, as its keys' alerts come and go: `key severity`, `key ok`. */
function shared(line: string): string {
  const group = new Group();
  return line
    .split(", ")
    .map((word) => {
      const [key = "", what] = word.split(" ");
      const { before, after } = lift(
        group,
        key,
        what === "ok" ? null : what === "warning" ? WARNING : CRITICAL,
      );
      return changeOf(before, after) ?? "-";
    })
    .join(" ");
}

const arrival = (id: string, kind: string, critical = false): Arrival => ({
  id,
  channelId: "c",
  ruleId: `rule of ${id}`,
  incidentId: `incident of ${id}`,
  kind,
  critical,
});

/** Held (`q`) or sent (`s`), on a channel whose quiet hours critical alerts break through or not. */
function quietly(breaks: boolean, ...arrivals: Arrival[]): string {
  const moment: Moment = {
    now: 0,
    windows: new Map(),
    held: new Map(),
    direct: () => false,
    quietUntil: (_channel, critical) => (critical && breaks ? null : MINUTE),
    budgetUntil: () => null,
    take: () => 0,
  };
  return admit(arrivals, moment)
    .map((verdict) => (verdict.admitted ? "s" : verdict.hold.charAt(0)))
    .join("");
}

const night = (zone: string, at: string): string | null => {
  const spans = [{ days: [...WEEKDAYS], from: "22:00", to: "07:00" }];
  const until = quietUntil({ time_zone: zone, spans }, Date.parse(at));
  return until === null ? null : new Date(until).toISOString();
};

const silence = (key: string, endsAt: number): SilenceInForce => ({
  id: `sil_${key}`,
  matcher: { key },
  endsAt,
  comment: "",
  createdBy: "Ada",
});
const about = (keyId: number): Silenceable => ({
  keyId,
  provider: "openai",
  pool: null,
  ruleId: "rule_1",
  severity: "warning",
});

/** ALERTING.md's rows on what keeps messages back, each sentence with what shows it. */
const rows: Shown = {
  silence: [
    {
      sentence: "suppresses sending: the channel has heard of nothing, and may be owed it",
      shows: () => told("firing:silence"),
      expected: { alert: null, owed: true },
    },
    {
      sentence: "… not state: the incident is attended to when the silence ends",
      shows: () => attentionAt(open(), ruleOf(), 7 * MINUTE),
      expected: 7 * MINUTE,
    },
    {
      sentence: "what is still firing when it ends is notified then",
      shows: () => messageFor("a", told("firing:silence"), attend(open(), rule, MINUTE), WARNING),
      expected: { kind: "firing", detail: "It was silenced, and still fires." },
    },
    {
      sentence: "… as what it has become",
      shows: () =>
        messageFor("a", told("firing escalated:silence"), attend(open(), rule, MINUTE), CRITICAL)?.kind,
      expected: "escalated",
    },
    {
      sentence: "what has recovered meanwhile is not told to whom never heard of it",
      shows: () => owedMessage(told("firing:silence"), null),
      expected: null,
    },
    {
      sentence: "… and is to whom did",
      shows: () => owedMessage(told("firing resolved:silence"), null),
      expected: "resolved",
    },
    {
      sentence: "of what several keys share, it takes one for each of them, and ends with the first",
      shows: () => [
        silencedBy([silence("1", 5)], [about(1), about(2)])?.id ?? null,
        silencedBy([silence("1", 5), silence("2", 4)], [about(1), about(2)])?.id ?? null,
      ],
      expected: [null, "sil_2"],
    },
  ],
  "quiet hours": [
    {
      sentence: "a weekly calendar in the channel's IANA zone",
      shows: () => [
        night("Europe/Berlin", "2026-11-24T23:00:00Z"),
        night("America/New_York", "2026-11-24T23:00:00Z"),
      ],
      expected: ["2026-11-25T06:00:00.000Z", null],
    },
    {
      sentence: "messages are held",
      shows: () =>
        quietly(false, arrival("1", "firing"), arrival("2", "escalated", true), arrival("3", "resolved")),
      expected: "qqq",
    },
    {
      sentence: "held messages are delivered as one digest when they end, the worst first",
      shows: () =>
        releasesOf(
          [arrival("1", "firing"), arrival("2", "resolved"), arrival("3", "firing", true)].map((one) => ({
            ...one,
            seen: false,
          })),
        ).map((release) =>
          release.kind === "digest" ? release.lines.map(({ facts }) => facts) : release.kind,
        ),
      expected: [["3", "1", "2"]],
    },
    {
      sentence: "`critical` may break through, per channel: not its end, nor its reminders",
      shows: () =>
        quietly(
          true,
          arrival("1", "firing", true),
          arrival("2", "firing"),
          arrival("3", "resolved", true),
          arrival("4", "reminder", true),
        ),
      expected: "sqqq",
    },
  ],
  inhibition: [
    {
      sentence: "critical of a rule and key mutes its warning: both thresholds at once are one message",
      shows: () => messages({ tiers: BOTH_TIERS }, "0=960 10=0"),
      expected: "firing resolved",
    },
    {
      sentence: "… and the warning that comes and goes under it is none",
      shows: () =>
        messages(
          {
            tiers: [
              { severity: "warning", threshold: 800 },
              { severity: "critical", threshold: 950, recovery: 100 },
            ],
          },
          "0=960 10=700 20=850 30=700 40=850",
        ),
      expected: "firing",
    },
    {
      sentence: "one incident for a shared cause: three keys of one provider within a minute",
      shows: () =>
        share(
          [],
          [1, 2, 3].map((keyId) => ({ keyId, at: keyId * 20_000 })),
        ).map(({ joining }) => joining),
      expected: [[1, 2, 3]],
    },
    {
      sentence: "… mutes its members: the first is told, and the end of the last",
      shows: () => shared("1 warning, 2 warning, 3 warning, 2 ok, 1 ok, 3 ok"),
      expected: "firing - - - - resolved",
    },
    {
      sentence: "… but not what makes it worse, or better",
      shows: () => shared("1 warning, 2 critical, 3 critical, 2 ok, 3 ok, 1 ok"),
      expected: "firing escalated - - downgraded resolved",
    },
    {
      sentence: "what it kept back is owed to nobody: another message tells of it",
      shows: () => told("firing firing:inhibition"),
      expected: told("firing"),
    },
  ],
};

describe.each(Object.entries(rows))("%s", (_, cases) => {
  it.each(cases)("$sentence", ({ shows, expected }) => {
    expect(shows()).toEqual(expected);
  });
});
