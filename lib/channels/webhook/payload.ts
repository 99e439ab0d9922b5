import { metric } from "@/lib/domain/usage/metric";
import type { Notification, Subject } from "../notification";
import { safeLink } from "../plain";
import { headline } from "../words";

const instant = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

/**
 * The body of a webhook, in the form of https://www.standardwebhooks.com: `type`, `timestamp`, `data`. The same at every
 * attempt. docs/channels.md has its schema: fields are added, never taken away.
 */
export function webhookPayload(n: Notification, deliveryId: string): object {
  return {
    type: typeOf(n),
    timestamp: instant(n.at),
    data: {
      delivery: deliveryId,
      ...dataOf(n),
      digest:
        n.digest === undefined
          ? null
          : { cause: n.digest.cause, counts: n.digest.counts, messages: n.digest.lines.map(dataOf) },
    },
  };
}

function typeOf({ kind }: Notification): string {
  if (kind === "test") return "channel.test";
  return kind === "channel_failing" ? "channel.failing" : `incident.${kind}`;
}

function dataOf(n: Notification) {
  const { incident, links } = n;
  return {
    kind: n.kind,
    summary: headline(n),
    incident:
      incident === null
        ? null
        : {
            id: incident.id,
            started_at: instant(incident.startedAt),
            resolved_at: instant(incident.resolvedAt),
          },
    rule: { id: n.rule.id, name: n.rule.name },
    subject: subjectOf(n.subject),
    severity: n.severity,
    metric: n.metric,
    unit: metric(n.metric).unit,
    value: n.value,
    operator: n.operator,
    threshold: n.threshold,
    window: n.window,
    at: instant(n.at),
    detail: n.detail ?? null,
    facts: n.facts ?? [],
    links: {
      incident: safeLink(links.incident) ?? null,
      acknowledge: safeLink(links.acknowledge) ?? null,
      key: safeLink(links.key) ?? null,
    },
  };
}

function subjectOf(subject: Subject) {
  const base = { kind: subject.kind, name: null, hint: null, provider: null };
  return { ...base, ...subject };
}
