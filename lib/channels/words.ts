import { holds } from "@/lib/domain/alerting/comparison";
import type { Operator } from "@/lib/domain/alerting/rule";
import { parseDuration } from "@/lib/domain/usage/duration";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { formatMetric, formatMs, formatSeconds } from "@/lib/format";
import type { Digest, DigestCause, Notification, Subject } from "./notification";
import { plainLine } from "./plain";
import { isChannelTest } from "./sample";

const SIGNS: Record<Operator, string> = { ">=": "≥", ">": ">", "<=": "≤", "<": "<" };

const PERIODS: Readonly<Record<string, string>> = {
  calendar_hour: "this hour",
  calendar_day: "today",
  calendar_month: "this month",
};

/** The word a message begins with. */
export function stateWord(n: Notification): string {
  switch (n.kind) {
    case "resolved":
    case "fired_and_recovered":
      return "resolved";
    case "flapping":
      return "flapping";
    case "no_data":
      return "no data";
    case "acknowledged":
      return "acknowledged";
    case "test":
      return "test";
    case "channel_failing":
      return "failing";
    case "digest":
      return n.severity ?? (n.digest?.counts.no_data ? "no data" : "resolved");
    default:
      return n.severity ?? "warning";
  }
}

const HELD: Readonly<Record<DigestCause, string>> = {
  followers: "Alerts of one rule that came together",
  quiet: "Alerts of the quiet hours",
  limit: "Alerts held back by the sending limit",
};

/** "3 critical, 12 warning, 2 resolved" */
export function digestCounts({ counts }: Digest): string {
  const { critical, warning, no_data, resolved } = counts;
  return [
    [critical, "critical"],
    [warning, "warning"],
    [no_data, "without data"],
    [resolved, "resolved"],
  ]
    .flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
    .join(", ");
}

/** What a digest tells, line by line; the last one counts what is left out. Empty for every other kind. */
export function digestLines({ digest }: Notification, most = 20): { state: string; text: string }[] {
  if (digest === undefined) return [];
  const { critical, warning, no_data, resolved } = digest.counts;
  const shown = digest.lines.slice(0, most);
  const more = critical + warning + no_data + resolved - shown.length;
  const lines = shown.map((line) => ({ state: stateWord(line), text: headline(line) }));
  return more > 0 ? [...lines, { state: "and", text: `${more} more` }] : lines;
}

/** What happened, in a few words that go with the state: "Escalated from warning". */
export function whatHappened(n: Notification): string {
  switch (n.kind) {
    case "firing":
      return "Threshold crossed";
    case "escalated":
      return "Escalated from warning";
    case "downgraded":
      return "Eased from critical";
    case "reminder":
      return "Still firing";
    case "flapping":
      return "Fires and recovers again and again: quiet until it settles";
    case "resolved":
      return "Back to normal";
    case "no_data":
      return "No data arrives";
    case "fired_and_recovered":
      return "Fired, and has recovered since";
    case "channel_failing":
      return "A channel does not deliver";
    case "digest":
      return HELD[n.digest?.cause ?? "followers"];
    case "acknowledged":
      return "Somebody takes care of it";
    case "test":
      return "Test of this channel";
  }
}

/** What people call the subject, in one printable line. */
export function subjectName(subject: Subject, max = 120): string {
  switch (subject.kind) {
    case "key":
      return plainLine(subject.name ?? "", max) || plainLine(subject.hint, max) || "unnamed key";
    case "keys":
      return `${subject.count} keys of ${plainLine(subject.provider, max) || "one provider"}`;
    case "all":
      return "All keys";
    case "several":
      return subject.count === 1 ? "1 alert" : `${subject.count} alerts`;
    default:
      return `${subject.kind} ${plainLine(subject.name, max) || "without a name"}`;
  }
}

/** What tells the subject from others of that name: masked key and provider; "" if there is nothing to add. */
export function subjectDetail(subject: Subject): string {
  if (subject.kind === "keys") {
    const names = subject.names.map((name) => plainLine(name, 40)).filter((name) => name !== "");
    return subject.count > names.length ? `${names.join(", ")} and others` : names.join(", ");
  }
  if (subject.kind !== "key") return "";
  const parts = [subject.name === null ? "" : subject.hint, subject.provider ?? ""];
  return parts
    .map((part) => plainLine(part, 80))
    .filter((part) => part !== "")
    .join(" · ");
}

/** The value with what it counts, without the window: "952 throttled requests", "latency p95 2.31 s". */
export function valueText(name: MetricName, value: number | null): string {
  const { label, unit } = metric(name);
  if (value === null)
    return name === "seconds_to_exhaustion" ? "not running dry" : `no value for ${lower(label)}`;
  switch (name) {
    case "limit_used":
      return `${formatMetric(name, value)} of the limit used`;
    case "seconds_to_exhaustion":
      return value <= 0 ? "run dry" : `runs dry in ${formatSeconds(value)}`;
    case "seconds_since_last_event":
      return `last event ${formatSeconds(value)} ago`;
    case "cost_usd":
      return `${formatMetric(name, value, { exact: true })} spent`;
    case "throttled":
      return `${formatMetric(name, value, { exact: true, bare: true })} throttled ${value === 1 ? "request" : "requests"}`;
    case "distinct_ips":
      return `${formatMetric(name, value, { exact: true, bare: true })} distinct ${value === 1 ? "address" : "addresses"}`;
  }
  if (unit === "tokens" && name !== "total_tokens") {
    return `${formatMetric(name, value, { exact: true, bare: true })} ${lower(label)}`;
  }
  if (unit === "fraction" || unit === "ms") return `${lower(label)} ${formatMetric(name, value)}`;
  return formatMetric(name, value, { exact: true });
}

/** The time the value covers: "in 5 min", "today"; "" for metrics without a window. */
export function windowText(window: string | null): string {
  if (window === null) return "";
  const period = PERIODS[window];
  if (period !== undefined) return period;
  try {
    return `in ${formatMs(parseDuration(window))}`;
  } catch {
    return `in ${plainLine(window, 20)}`;
  }
}

/**
 * "≥ 950", "> 12 %"; "was ≥ 950" while a value past it has not recovered far enough; "" without a threshold.
 */
export function conditionText(n: Pick<Notification, "metric" | "operator" | "threshold" | "value">): string {
  if (n.threshold === null) return "";
  const past = n.value !== null && !holds(n.value, n.operator, n.threshold) ? "was " : "";
  return `${past}${SIGNS[n.operator]} ${formatMetric(n.metric, n.threshold, { exact: true, bare: true })}`;
}

/** "952 requests in 5 min" */
export function reading(n: Notification): string {
  if (n.digest !== undefined) return digestCounts(n.digest);
  if (n.kind === "channel_failing") return plainLine(n.detail ?? "its messages do not arrive", 200);
  const gone = endedWithoutValue(n);
  if (gone !== null) return gone;
  const said =
    n.kind === "no_data" ? `no data for ${lower(metric(n.metric).label)}` : valueText(n.metric, n.value);
  return [said, windowText(n.window)].filter((part) => part !== "").join(" ");
}

/** The reason of a resolution that no value explains: the key was deleted, the rule was changed. */
export function endedWithoutValue(n: Notification): string | null {
  if (n.kind !== "resolved" || n.value !== null || n.detail === undefined) return null;
  const detail = plainLine(n.detail, 120).replace(/\.$/, "");
  return detail === "" ? null : lower(detail);
}

/** The line a mail's subject or a chat message starts with: "prod-chat-2: 952 requests in 5 min (≥ 950)". */
export function headline(n: Notification, nameLength = 60): string {
  if (isChannelTest(n)) return "Keygauge reaches this channel";
  const bare = n.kind === "no_data" || n.kind === "resolved" || n.kind === "digest";
  const condition = bare ? "" : conditionText(n);
  const text = `${subjectName(n.subject, nameLength)}: ${reading(n)}`;
  return condition === "" ? text : `${text} (${condition})`;
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1);
}
