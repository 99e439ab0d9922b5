import { metric } from "@/lib/domain/usage/metric";
import { formatInstant, formatMs, formatOffset, formatShortInstant } from "@/lib/format";
import type { Notification } from "../notification";
import { plainLine, safeLink } from "../plain";
import {
  conditionText,
  digestCounts,
  digestLines,
  endedWithoutValue,
  headline,
  reading,
  stateWord,
  subjectDetail,
  subjectName,
  valueText,
  whatHappened,
  windowText,
} from "../words";
import { bars, sparkline } from "./bars";
import { type EmailContent, emailHtml, type Tone } from "./html";

const SUBJECT_LENGTH = 160;

/** Subject, text and HTML of a notification; both parts say the same. */
export function renderEmail(n: Notification): { subject: string; text: string; html: string } {
  const content = contentOf(n);
  return {
    subject: plainLine(`[${stateWord(n)}] ${headline(n)}`, SUBJECT_LENGTH),
    text: textPart(content),
    html: emailHtml(content),
  };
}

function contentOf(n: Notification): EmailContent {
  const drawn = bars(n);
  const condition = n.kind === "digest" ? "" : conditionText(n);
  const ruleName = plainLine(n.rule.name, 200);
  const state = stateWord(n);
  const why =
    n.kind === "test"
      ? "somebody tested this channel"
      : n.rule.id === ""
        ? n.kind === "digest"
          ? "rules name this channel"
          : "another channel fails"
        : `the rule “${ruleName}” names this channel`;
  const zone = n.zone === "UTC" ? "UTC" : `${n.zone} (${formatOffset(n.zone, n.at)})`;
  return {
    tone: toneOf(n),
    breachTone: n.severity ?? toneOf(n),
    state: state.charAt(0).toUpperCase() + state.slice(1),
    happened: whatHappened(n),
    preview: `${reading(n)}${condition === "" ? "" : `, rule at ${condition}`}. ${ruleName}`,
    name: subjectName(n.subject),
    detail: subjectDetail(n.subject),
    value: bigValue(n),
    window: n.kind === "digest" ? "" : windowText(n.window),
    condition: condition === "" ? "" : `the rule fires at ${condition}`,
    note: noteOf(n),
    chart:
      drawn === null
        ? null
        : {
            ...drawn,
            title: [metric(n.metric).label, windowText(n.window)].filter((part) => part !== "").join(" "),
            thresholdLabel: condition,
            fromLabel: formatShortInstant(drawn.from, n.zone, n.at),
            toLabel: `${formatShortInstant(drawn.to, n.zone, n.at)} ${formatOffset(n.zone, n.at)}`,
          },
    facts: factsOf(n, ruleName),
    buttons: buttonsOf(n),
    footer: `Sent by Keygauge, because ${why}. Times are in ${zone}.`,
    unsubscribe: safeLink(n.links.unsubscribe),
  };
}

function bigValue(n: Notification): string {
  if (n.kind === "no_data") return "No data";
  if (n.digest !== undefined || n.kind === "channel_failing") return "";
  return endedWithoutValue(n) === null ? capitalised(valueText(n.metric, n.value)) : "";
}

function toneOf(n: Notification): Tone {
  if (n.digest !== undefined) return n.severity ?? (n.digest.counts.no_data > 0 ? "quiet" : "resolved");
  if (n.kind === "resolved" || n.kind === "fired_and_recovered") return "resolved";
  if (n.kind === "no_data") return "quiet";
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

function factsOf(n: Notification, ruleName: string): EmailContent["facts"] {
  if (n.digest !== undefined) {
    return digestLines(n).map(({ state, text }) => ({
      label: capitalised(state),
      text: plainLine(text, 300),
    }));
  }
  const facts = [
    { label: n.kind === "test" || n.kind === "channel_failing" ? "Channel" : "Rule", text: ruleName },
    { label: "At", text: formatInstant(n.at, n.zone) },
  ];
  if (n.incident !== null && n.kind !== "firing") {
    const { startedAt, resolvedAt } = n.incident;
    facts.push({ label: "Firing since", text: formatInstant(startedAt, n.zone) });
    const end = resolvedAt ?? n.at;
    const lasted = Math.max(0, Math.round((end - startedAt) / 1000) * 1000);
    facts.push({ label: resolvedAt === undefined ? "For" : "Lasted", text: formatMs(lasted) });
  }
  for (const { label, text } of (n.facts ?? []).slice(0, 12)) {
    facts.push({ label: plainLine(label, 60), text: plainLine(text, 300) });
  }
  return facts;
}

const OPEN: Partial<Record<Notification["kind"], string>> = {
  test: "Open Keygauge",
  digest: "Open all of them",
  channel_failing: "Open channel",
};

function buttonsOf(n: Notification): EmailContent["buttons"] {
  const { incident, acknowledge, key } = n.links;
  const over = n.kind === "resolved" || n.kind === "fired_and_recovered";
  return [
    { text: OPEN[n.kind] ?? "Open incident", link: safeLink(incident) },
    { text: "Acknowledge", link: over ? undefined : safeLink(acknowledge) },
    { text: "Open key", link: safeLink(key) },
  ].flatMap(({ text, link }) => (link === undefined ? [] : [{ text, link }]));
}

function textPart(c: EmailContent): string {
  const width = Math.max(0, ...c.facts.map(({ label }) => label.length));
  const value = [c.value, c.window].filter((part) => part !== "").join(" ");
  const blocks = [
    `${c.state.toUpperCase()}: ${c.happened}`,
    [c.name, c.detail].filter((part) => part !== "").join("\n"),
    [value, c.condition].filter((part) => part !== "").join("; "),
    c.note,
    c.chart === null
      ? ""
      : `${c.chart.title}, ${c.chart.fromLabel} to ${c.chart.toLabel}\n${sparkline(c.chart)}`,
    c.facts.map(({ label, text }) => `${`${label}:`.padEnd(width + 2)}${text}`).join("\n"),
    c.buttons.map(({ text, link }) => `${text}:\n${link}`).join("\n\n"),
    `-- \n${c.footer}${c.unsubscribe === undefined ? "" : `\nStop these messages: ${c.unsubscribe}`}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
