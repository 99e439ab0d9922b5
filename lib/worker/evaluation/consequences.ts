import type { Notification, Subject } from "@/lib/channels/notification";
import { newId } from "@/lib/crypto";
import { incidentChange, type OpenIncident, timelineKind } from "@/lib/domain/alerting/incident";
import { notificationFacts } from "@/lib/domain/alerting/notification";
import type { RuleInput, Severity } from "@/lib/domain/alerting/rule";
import type { Effect, Transition } from "@/lib/domain/alerting/state";
import { timelineEntry } from "@/lib/features/deliveries/timeline";
import { type SilenceMatcher, silences } from "./silence";

/** Rows as the database takes them; instants in epoch ms. */
export interface IncidentRow {
  id: string;
  rule_id: string;
  rule_name: string;
  rule: unknown;
  scope_key: string;
  key_id: number | null;
  members: number[];
  state: "firing" | "acknowledged" | "resolved";
  severity: Severity;
  value: number | null;
  threshold: number | null;
  started_at: number;
  resolved_at: number | null;
}

export interface TransitionRow {
  id: string;
  rule_id: string;
  scope_key: string;
  incident_id: string | null;
  at: number;
  from_status: string;
  to_status: string;
  severity: string | null;
  previous_severity: string | null;
  value: number | null;
  threshold: number | null;
  reason: string;
}

export interface EventRow {
  id: string;
  incident_id: string;
  at: number;
  kind: string;
  data: Record<string, unknown>;
}

export interface DeliveryRow {
  id: string;
  channel_id: string;
  incident_id: string;
  transition_id: string | null;
  kind: string;
  state: "queued" | "suppressed";
  reason: string | null;
  notification: Notification;
}

export interface ChannelRow {
  id: string;
  name: string;
  kind: string;
  enabled: boolean;
  deleted: boolean;
}

/** The instance the effects belong to, and everything around it that they touch. */
export interface Circumstances {
  ruleId: string;
  definition: RuleInput;
  /** As the step function took it. */
  rule: Parameters<typeof notificationFacts>[0];
  scopeKey: string;
  keyId: number | null;
  provider: string | null;
  pool: { id: string; name: string } | null;
  /** The keys that share an incident of a pool, provider …; empty for one key. */
  members: number[];
  subject: Subject;
  /** The incident that is really open; null for none. */
  open: IncidentRow | null;
  channels: ReadonlyMap<string, ChannelRow>;
  /** Those in force. */
  silences: readonly { id: string; matcher: SilenceMatcher; endsAt: number; comment: string }[];
  /** The metric around the effect, for the small chart. */
  series: Notification["series"];
  links: (incidentId: string, channelId: string) => Notification["links"];
}

export interface Consequences {
  /** The instance's incident after all; null when none is open. */
  incidentId: string | null;
  incidents: Map<string, IncidentRow>;
  transitions: TransitionRow[];
  events: EventRow[];
  deliveries: DeliveryRow[];
}

/** Everything that has to be written because of a step's effects, in their order. Decides; writes nothing. */
export function consequencesOf(effects: readonly Effect[], around: Circumstances): Consequences {
  const written: Consequences = {
    incidentId: null,
    incidents: new Map(),
    transitions: [],
    events: [],
    deliveries: [],
  };
  let open = around.open;
  for (const effect of effects) {
    const before = open;
    const wasAcknowledged = before?.state === "acknowledged";
    let incident = before;
    let transitionId: string | null = null;
    if (effect.kind === "transition") {
      incident = changed(before, effect, around);
      if (incident !== null && incident !== before) written.incidents.set(incident.id, incident);
      open = incident?.state === "resolved" ? null : incident;
      const row = transitionRow(effect, incident, around);
      written.transitions.push(row);
      transitionId = row.id;
    }
    if (incident === null) continue;
    // Who has acknowledged is not reminded, so the timeline does not say so either.
    if (effect.kind === "reminder" && wasAcknowledged) continue;
    note(effect, incident, written);
    notify(effect, incident, { transitionId, wasAcknowledged, around, written });
  }
  written.incidentId = open?.id ?? null;
  return written;
}

function changed(
  before: IncidentRow | null,
  transition: Transition,
  around: Circumstances,
): IncidentRow | null {
  const change = incidentChange(before === null ? null : (before as OpenIncident), transition);
  switch (change.action) {
    case "open":
      return {
        id: newId("inc"),
        rule_id: around.ruleId,
        rule_name: around.definition.name,
        rule: around.definition,
        scope_key: around.scopeKey,
        key_id: around.keyId,
        members: around.members,
        ...change.incident,
        started_at: change.startedAt,
        resolved_at: null,
      };
    case "resolve":
      return before === null ? null : { ...before, state: "resolved", resolved_at: change.resolvedAt };
    case "escalate":
    case "downgrade":
    case "update":
      return before === null ? null : { ...before, ...change.incident };
    default:
      return before;
  }
}

function transitionRow(
  transition: Transition,
  incident: IncidentRow | null,
  around: Circumstances,
): TransitionRow {
  return {
    id: newId("tr"),
    rule_id: around.ruleId,
    scope_key: around.scopeKey,
    incident_id: incident?.id ?? null,
    at: transition.at,
    from_status: transition.from,
    to_status: transition.to,
    severity: transition.severity,
    previous_severity: transition.previousSeverity,
    value: transition.value,
    threshold: transition.threshold,
    reason: transition.detail ?? transition.reason,
  };
}

function note(effect: Effect, incident: IncidentRow, written: Consequences): void {
  const kind = timelineKind(effect);
  if (kind === null) return;
  const { value, threshold } = effect;
  const data =
    effect.kind === "reminder"
      ? { severity: effect.alert.severity, value, threshold }
      : {
          severity: effect.severity ?? incident.severity,
          previous_severity: effect.previousSeverity,
          value,
          threshold,
          reason: effect.reason,
          ...(effect.detail === null ? {} : { detail: effect.detail }),
        };
  written.events.push({ id: newId("ev"), incident_id: incident.id, at: effect.at, kind, data });
}

/** One row a channel, sent or not: whatever is not sent has a row that says why. */
function notify(
  effect: Effect,
  incident: IncidentRow,
  {
    transitionId,
    wasAcknowledged,
    around,
    written,
  }: {
    transitionId: string | null;
    wasAcknowledged: boolean;
    around: Circumstances;
    written: Consequences;
  },
): void {
  const facts = notificationFacts(around.rule, effect, { acknowledged: wasAcknowledged });
  if (facts === null) return;
  const { definition, ruleId, subject, series } = around;
  const base = {
    ...facts,
    rule: { id: ruleId, name: definition.name },
    incident: {
      id: incident.id,
      startedAt: incident.started_at,
      ...(incident.resolved_at === null ? {} : { resolvedAt: incident.resolved_at }),
    },
    subject,
    zone: definition.time_zone,
    ...(series === undefined ? {} : { series }),
  };
  let told = 0;
  for (const channelId of definition.channels) {
    const channel = around.channels.get(channelId);
    // Without the channel's row there is nothing that a delivery could belong to.
    if (channel === undefined) continue;
    told += 1;
    const reason = whyNot(channel, facts.severity, around);
    const id = newId("dlv");
    if (reason !== null) {
      const told = { delivery: id, notification: facts.kind, state: "suppressed" as const, channel };
      const entry = timelineEntry({ ...told, words: reason });
      written.events.push({ id: newId("ev"), incident_id: incident.id, at: effect.at, ...entry });
    }
    written.deliveries.push({
      id,
      channel_id: channelId,
      incident_id: incident.id,
      transition_id: transitionId,
      kind: facts.kind,
      state: reason === null ? "queued" : "suppressed",
      reason,
      notification: { ...base, links: around.links(incident.id, channelId) },
    });
  }
  if (told === 0) {
    const data = { notification: facts.kind, reason: "The rule has no channel." };
    written.events.push({ id: newId("ev"), incident_id: incident.id, at: effect.at, kind: "not_sent", data });
  }
}

function whyNot(
  channel: ChannelRow,
  severity: Severity | null,
  { silences: inForce, keyId, provider, pool, ruleId }: Circumstances,
): string | null {
  if (channel.deleted) return "The channel was deleted.";
  if (!channel.enabled) return "The channel is switched off.";
  const silence = inForce.find(({ matcher }) =>
    silences(matcher, { keyId, provider, pool, ruleId, severity }),
  );
  if (silence === undefined) return null;
  const until = new Date(silence.endsAt).toISOString();
  return `Silenced until ${until}${silence.comment === "" ? "" : `: ${silence.comment}`}`;
}
