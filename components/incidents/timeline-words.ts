import type { Severity } from "@/lib/domain/alerting/rule";
import type { MetricName } from "@/lib/domain/usage/metric";
import type { TimelineEntry } from "@/lib/features/incidents/schemas";
import { formatMetric } from "@/lib/format";
import { notificationWords } from "../deliveries/words";

export type TimelineTone = "alarm" | "warning" | "good" | "person" | "message" | "trouble" | "neutral";

/** An entry as it is read. `href` leads to what it is about. */
export type TimelineWords = { title: string; detail: string | null; tone: TimelineTone; href: string | null };

const REASONS: Readonly<Record<string, string>> = {
  vanished: "What it watched is gone",
  rule_changed: "The rule was changed",
  no_data: "There is no data any more",
  new_period: "A new period began",
};

/** What an entry says, in the metric's units. Kinds nobody knows yet show their name. */
export function timelineWords(entry: TimelineEntry, metric: MetricName): TimelineWords {
  const value = number(entry.value);
  const threshold = number(entry.threshold);
  const reached =
    value === null
      ? null
      : threshold === null
        ? formatMetric(metric, value, { exact: true })
        : `${formatMetric(metric, value, { exact: true })}, threshold ${formatMetric(metric, threshold, { exact: true })}`;
  const why = text(entry.detail) ?? REASONS[text(entry.reason) ?? ""] ?? null;
  const severity = entry.severity === "critical" ? "critical" : "warning";
  const said = (title: string, tone: TimelineTone, detail: string | null = reached): TimelineWords => ({
    title,
    detail,
    tone,
    href: null,
  });
  switch (entry.kind) {
    case "opened":
      return said(`Fired: ${severity}`, toneOf(severity));
    case "escalated":
      return said("Escalated to critical", "alarm");
    case "downgraded":
      return said("Eased to warning", "warning");
    case "recovering":
      return said("Recovering", "neutral");
    case "firing_again":
      return said("Fires again", toneOf(severity));
    case "no_data":
      return said("No data arrives", "trouble", why);
    case "data_returned":
      return said("Data arrives again", "neutral");
    case "evaluation_failed":
      return said("Could not be evaluated", "trouble", why);
    case "evaluation_restored":
      return said("Evaluated again", "neutral");
    case "resolved":
      return said("Resolved", "good", [why, reached].filter((part) => part !== null).join(" · ") || null);
    case "reminded":
      return said("Still firing: reminder", "neutral");
    case "acknowledged": {
      const what = text(entry.until) === null ? "Acknowledged" : "Snoozed";
      return said(by(what, entry.actor), "person", text(entry.comment));
    }
    case "snooze_ended":
      return said("The snooze ended", "neutral", "Reminders and escalation go on");
    case "comment":
      return said(by("Comment", entry.actor), "person", text(entry.text));
    case "shared":
      return said(`Shared with other keys of ${text(entry.provider) ?? "the provider"}`, "neutral", null);
    case "joined":
      return said("Another key fires", toneOf(severity));
    case "left":
      return said("A key recovered", "good");
    case "recovered":
      return said("Recovered, for now", "neutral");
    case "flapping":
      return said("Flaps: quiet until it settles", "trouble", null);
    case "settled":
      return said("Settled", "neutral", "It has not changed for a while");
    case "escalation_step":
      return said(`Escalation, step ${number(entry.step) ?? ""}`.trim(), "alarm", names(entry.channels));
    case "unacknowledged":
      return said(by("Acknowledgement withdrawn", entry.actor), "person", null);
    case "notified":
    case "not_sent":
      return messageWords(entry);
    default:
      return said(entry.kind.replaceAll("_", " "), "neutral", why ?? reached);
  }
}

/** Whether a message had no channel to go to. */
export const toldNobody = ({ kind, delivery }: TimelineEntry): boolean =>
  kind === "not_sent" && delivery === undefined;

function messageWords(entry: TimelineEntry): TimelineWords {
  const what = notificationWords(text(entry.notification) ?? "");
  if (toldNobody(entry)) {
    return { title: `${what}: nobody was told`, detail: text(entry.reason), tone: "neutral", href: null };
  }
  const channel = text(entry.channel_name) ?? "a channel";
  const delivery = text(entry.delivery);
  const sent = entry.kind === "notified";
  return {
    title: sent ? `${what}: told ${channel}` : `${what}: ${channel} was not told`,
    detail: text(sent ? entry.answer : entry.reason),
    tone: sent ? "message" : entry.state === "suppressed" ? "neutral" : "trouble",
    href: delivery === null ? null : `/deliveries/${delivery}`,
  };
}

const toneOf = (severity: Severity): TimelineTone => (severity === "critical" ? "alarm" : "warning");

const names = (value: unknown): string | null =>
  Array.isArray(value) && value.length > 0 ? `To ${value.map(String).join(", ")}` : null;

const by = (what: string, actor: string | null | undefined): string =>
  actor === null || actor === undefined || actor === "" ? what : `${what} by ${actor}`;

const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
