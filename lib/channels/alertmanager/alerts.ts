import { DAY, MINUTE } from "@/lib/domain/usage/duration";
import { contentOf } from "../content";
import { stepOf } from "../lifecycle";
import type { Notification } from "../notification";
import { plainLine, safeLink } from "../plain";
import { headline, reading, subjectName } from "../words";

/**
 * Alertmanager ends an alert by itself when its time is over. Keygauge says when one resolves, so that time is only for
 * a Keygauge that has gone for good; every reminder starts it again.
 */
const LIVES_FOR_MS = 7 * DAY;
/** A test ends by itself. */
const TEST_LIVES_FOR_MS = MINUTE;

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}

/**
 * The alerts of `POST /api/v2/alerts` that a message stands for. Labels are an alert's identity: what was told under
 * others before (another severity, a name of then, a key that shares the incident now) ends.
 */
export function alertsOf(n: Notification, earlier: readonly Notification[] = []): Alert[] {
  const current = alertOf(n, endOf(n));
  const identity = ({ labels }: Alert) => JSON.stringify(labels);
  const former = new Map(earlier.map((one) => alertOf(one, n.at)).map((one) => [identity(one), one]));
  former.delete(identity(current));
  return [...former.values(), current];
}

function endOf(n: Notification): number {
  if (n.kind === "test") return n.at + TEST_LIVES_FOR_MS;
  const over = stepOf(n) === "resolve" || stepOf(n) === "both";
  return over ? (n.incident?.resolvedAt ?? n.at) : n.at + LIVES_FOR_MS;
}

function alertOf(n: Notification, endsAt: number): Alert {
  const { happened, note, buttons } = contentOf(n);
  const open = buttons[0]?.link;
  const acknowledge = safeLink(n.links.acknowledge);
  return {
    labels: { ...labelsOf(n), severity: n.severity ?? "warning" },
    annotations: {
      summary: headline(n),
      description: [`${happened}: ${reading(n)}`, note].filter((line) => line !== "").join(". "),
      ...(n.incident === null ? {} : { incident: n.incident.id }),
      ...(acknowledge === undefined ? {} : { acknowledge_url: acknowledge }),
    },
    startsAt: new Date(n.incident?.startedAt ?? n.at).toISOString(),
    endsAt: new Date(Math.max(endsAt, n.incident?.startedAt ?? n.at)).toISOString(),
    ...(open === undefined ? {} : { generatorURL: open }),
  };
}

function labelsOf(n: Notification): Record<string, string> {
  const { subject, rule } = n;
  const labels = {
    alertname: n.kind === "test" ? "KeygaugeTest" : plainLine(rule.name, 200),
    rule: rule.id,
    metric: n.metric,
    service: "keygauge",
  };
  switch (subject.kind) {
    case "key":
      return {
        ...labels,
        key: subjectName(subject),
        key_hint: plainLine(subject.hint, 120),
        ...(subject.provider === null ? {} : { provider: plainLine(subject.provider, 120) }),
      };
    case "keys":
      return { ...labels, provider: plainLine(subject.provider, 120) };
    case "pool":
    case "provider":
    case "consumer":
      return { ...labels, [subject.kind]: plainLine(subject.name, 120) };
    default:
      return labels;
  }
}
