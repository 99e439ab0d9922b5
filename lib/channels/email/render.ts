import { metric } from "@/lib/domain/usage/metric";
import { formatOffset, formatShortInstant } from "@/lib/format";
import { contentOf } from "../content";
import type { Notification } from "../notification";
import { plainLine, safeLink } from "../plain";
import { isChannelTest } from "../sample";
import { conditionText, headline, reading, stateWord } from "../words";
import { bars, sparkline } from "./bars";
import { type EmailContent, emailHtml } from "./html";

const SUBJECT_LENGTH = 160;

/** Subject, text and HTML of a notification; both parts say the same. */
export function renderEmail(
  n: Notification,
  unsubscribe?: string,
): { subject: string; text: string; html: string } {
  const content = emailContent(n, unsubscribe);
  return {
    subject: plainLine(`[${stateWord(n)}] ${headline(n)}`, SUBJECT_LENGTH),
    text: textPart(content),
    html: emailHtml(content),
  };
}

function emailContent(n: Notification, unsubscribe: string | undefined): EmailContent {
  const content = contentOf(n);
  const drawn = bars(n);
  const condition = n.kind === "digest" ? "" : conditionText(n);
  const ruleName = plainLine(n.rule.name, 200);
  const why =
    n.kind === "test"
      ? `somebody tested ${isChannelTest(n) ? "this channel" : `the rule “${ruleName}”`}`
      : n.rule.id === ""
        ? n.kind === "digest"
          ? "rules name this channel"
          : "another channel fails"
        : `the rule “${ruleName}” names this channel`;
  const zone = n.zone === "UTC" ? "UTC" : `${n.zone} (${formatOffset(n.zone, n.at)})`;
  return {
    ...content,
    breachTone: n.severity ?? content.tone,
    preview: `${reading(n)}${condition === "" ? "" : `, rule at ${condition}`}. ${ruleName}`,
    chart:
      drawn === null
        ? null
        : {
            ...drawn,
            title: [metric(n.metric).label, content.window].filter((part) => part !== "").join(" "),
            thresholdLabel: condition,
            fromLabel: formatShortInstant(drawn.from, n.zone, n.at),
            toLabel: `${formatShortInstant(drawn.to, n.zone, n.at)} ${formatOffset(n.zone, n.at)}`,
          },
    footer: `Sent by Keygauge, because ${why}. Times are in ${zone}.`,
    unsubscribe: safeLink(unsubscribe),
  };
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
