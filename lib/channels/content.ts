import { formatInstant, formatMs } from "@/lib/format";
import type { Notification } from "./notification";
import { plainLine, safeLink } from "./plain";
import { isChannelTest } from "./sample";
import {
  conditionText,
  digestCounts,
  digestLines,
  endedWithoutValue,
  stateWord,
  subjectDetail,
  subjectName,
  valueText,
  whatHappened,
  windowText,
} from "./words";

/** How a message is coloured. */
export type Tone = "critical" | "warning" | "resolved" | "quiet" | "test";

/** Readable as text on white, and as a bar beside it. */
export const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  critical: "#c81e34",
  warning: "#9a6410",
  resolved: "#0b7f5e",
  quiet: "#565d68",
  test: "#245fd6",
};

/** What a message for people says, in words that hold no markup; links are safe to follow. */
export interface Content {
  tone: Tone;
  /** "Critical" */
  state: string;
  /** "Threshold crossed" */
  happened: string;
  name: string;
  /** What tells the subject from others of that name; "" for nothing. */
  detail: string;
  /** "952 requests"; "" where the reason says it all. */
  value: string;
  /** "in 5 min"; "" without a window. */
  window: string;
  /** "the rule fires at ≥ 950"; "" without a threshold. */
  condition: string;
  note: string;
  facts: { label: string; text: string }[];
  buttons: { text: string; link: string }[];
}

export function contentOf(n: Notification): Content {
  const state = stateWord(n);
  const condition = n.kind === "digest" ? "" : conditionText(n);
  return {
    tone: toneOf(n),
    state: capitalised(state),
    happened: whatHappened(n),
    name: subjectName(n.subject),
    detail: subjectDetail(n.subject),
    value: bigValue(n),
    window: n.kind === "digest" ? "" : windowText(n.window),
    condition: condition === "" ? "" : `the rule fires at ${condition}`,
    note: noteOf(n),
    facts: factsOf(n),
    buttons: buttonsOf(n),
  };
}

/** Whether a message tells of something that is over. */
export const isOver = (n: Notification): boolean => n.kind === "resolved" || n.kind === "fired_and_recovered";

function bigValue(n: Notification): string {
  if (n.kind === "no_data") return "No data";
  if (n.digest !== undefined || n.kind === "channel_failing") return "";
  return endedWithoutValue(n) === null ? capitalised(valueText(n.metric, n.value)) : "";
}

function toneOf(n: Notification): Tone {
  if (n.digest !== undefined) return n.severity ?? (n.digest.counts.no_data > 0 ? "quiet" : "resolved");
  if (isOver(n)) return "resolved";
  if (n.kind === "no_data" || n.kind === "acknowledged") return "quiet";
  if (n.kind === "test") return "test";
  return n.severity ?? "warning";
}

function noteOf(n: Notification): string {
  const test =
    n.kind === "test" ? "This is a test. The figures are made up; a real message looks the same." : "";
  const counts = n.digest === undefined ? "" : `${capitalised(digestCounts(n.digest))}.`;
  return [test, counts, plainLine(n.detail ?? "", 500), plainLine(n.rule.description ?? "", 500)]
    .filter((part) => part !== "")
    .join(" ");
}

function factsOf(n: Notification): Content["facts"] {
  if (n.digest !== undefined) {
    return digestLines(n).map(({ state, text }) => ({
      label: capitalised(state),
      text: plainLine(text, 300),
    }));
  }
  const facts = [
    {
      // A test of a rule has the rule's own id.
      label: isChannelTest(n) || n.kind === "channel_failing" ? "Channel" : "Rule",
      text: plainLine(n.rule.name, 200),
    },
    { label: "At", text: formatInstant(n.at, n.zone) },
  ];
  if (n.incident !== null && n.kind !== "firing") {
    const { startedAt, resolvedAt } = n.incident;
    facts.push({ label: "Firing since", text: formatInstant(startedAt, n.zone) });
    const end = resolvedAt ?? n.at;
    const lasted = Math.max(0, Math.round((end - startedAt) / 1000) * 1000);
    if (lasted > 0)
      facts.push({ label: resolvedAt === undefined ? "For" : "Lasted", text: formatMs(lasted) });
  }
  for (const { label, text } of (n.facts ?? []).slice(0, 12)) {
    facts.push({ label: plainLine(label, 60), text: plainLine(text, 300) });
  }
  // Some services refuse a row of which one half is empty.
  return facts.filter(({ label, text }) => label !== "" && text !== "");
}

const OPEN: Partial<Record<Notification["kind"], string>> = {
  test: "Open Keygauge",
  digest: "Open all of them",
  channel_failing: "Open channel",
};

function buttonsOf(n: Notification): Content["buttons"] {
  const { incident, acknowledge, key } = n.links;
  return [
    { text: OPEN[n.kind] ?? "Open incident", link: safeLink(incident) },
    { text: "Acknowledge", link: isOver(n) ? undefined : safeLink(acknowledge) },
    { text: "Open key", link: safeLink(key) },
  ].flatMap(({ text, link }) => (link === undefined ? [] : [{ text, link }]));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
