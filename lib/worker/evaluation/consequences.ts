import { newId } from "@/lib/crypto";
import { type Attention, countChange, newAttention, settled } from "@/lib/domain/alerting/attention";
import { type Group, lift } from "@/lib/domain/alerting/group";
import { incidentChange, type OpenIncident, timelineKind } from "@/lib/domain/alerting/incident";
import { type EffectNotification, notificationKind, quietBecause } from "@/lib/domain/alerting/notification";
import type { Effect, Reminder, Transition } from "@/lib/domain/alerting/state";
import type { About, Ledger, Muted, RuleOf } from "./ledger";
import type { IncidentRow } from "./rows";
import { tell } from "./tell";

/** The instance the effects belong to, and what they need of the rest. */
export interface Circumstances {
  of: RuleOf;
  scopeKey: string;
  keyId: number | null;
  /** The keys of a pool, provider …; empty for one key. */
  members: number[];
  about: About;
  /** The id of the incident that is really open; null for none. */
  open: string | null;
  /** The attention of the same thing's former incident. */
  former: Attention | null;
  /** What several keys share; null: the incident is the instance's alone. */
  shared: SharedIncident | null;
}

/** The one incident of several keys that fire together, while it is being decided. */
export interface SharedIncident {
  /** null until the first of them has opened it. */
  id: string | null;
  scopeKey: string;
  members: number[];
  group: Group;
  about: About;
  former: Attention | null;
  /** It has just come about, and that is still to be told. */
  untold: boolean;
}

/**
 * Decides everything that has to be written because of a step's effects, in their order. Gives the instance's incident
 * after all; null when it has none.
 */
export function consequencesOf(
  effects: readonly Effect[],
  around: Circumstances,
  ledger: Ledger,
): string | null {
  let own = around.open;
  for (const effect of effects) {
    const open = ledger.incidents.get((around.shared === null ? own : around.shared.id) ?? "") ?? null;
    const before = open?.state === "resolved" ? null : open;
    if (effect.kind === "reminder") remind(effect, before, around, ledger);
    else {
      const after = transit(effect, before, around, ledger);
      own = after === null || after.state === "resolved" ? null : after.id;
      if (around.shared !== null && effect.alert.after === null) own = null;
    }
  }
  return own;
}

/** Nothing changed for the rule's interval. Who has acknowledged is not reminded, so the timeline does not say so either. */
function remind(reminder: Reminder, open: IncidentRow | null, around: Circumstances, ledger: Ledger): void {
  if (open === null || open.state === "acknowledged") return;
  const { of, shared } = around;
  const { at } = reminder;
  if (shared !== null) {
    // Every key's instance reminds; together they are worth one.
    const since = open.attention.remindedAt ?? open.started_at;
    if (at - since < (of.rule.repeatEveryMs ?? Number.POSITIVE_INFINITY)) return;
    ledger.put({ ...open, attention: { ...open.attention, remindedAt: at } }, of, shared.about);
  }
  const { value, threshold } = reminder;
  ledger.note(open.id, at, "reminded", { severity: reminder.alert.severity, value, threshold });
  const { flappingSince } = open.attention;
  const muteAll = flappingSince === null ? null : FLAPPING(flappingSince);
  tell("reminder", reminder, open, { around, ledger, transitionId: null, muteAll });
}

function transit(
  own: Transition,
  before: IncidentRow | null,
  around: Circumstances,
  ledger: Ledger,
): IncidentRow | null {
  const { of, shared } = around;
  const effect =
    shared === null ? own : { ...own, alert: lift(shared.group, around.scopeKey, own.alert.after) };
  const forming = shared?.untold === true && own.alert.after !== null;
  const kind = forming ? "firing" : notificationKind(effect);
  const attention = attentionAfter(own, kind, before, around);
  const incident = changed(before, effect, attention, around);
  const transitionId = newId("tr");
  const inhibited = kind === null ? notificationKind(own) : null;
  ledger.transitions.push({
    ...transitionRow(own, incident, around),
    id: transitionId,
    quiet: inhibited === null ? (kind === null ? quietBecause(own) : null) : INHIBITED,
  });
  if (incident === null) return null;
  ledger.put(incident, of, shared?.about ?? around.about);
  note(own, effect, before, incident, around, ledger);
  if (shared !== null) {
    shared.id = incident.id;
    if (forming) shared.untold = false;
  }
  const context = { around, ledger, transitionId };
  if (kind === null) {
    if (inhibited !== null) {
      const muteAll: Muted = { by: "inhibition", reason: INHIBITED, noted: false };
      tell(inhibited, own, incident, { ...context, muteAll });
    }
    return incident;
  }
  const since = attention.flappingSince;
  if (since !== null && since === own.at && before?.attention.flappingSince == null) {
    ledger.note(incident.id, own.at, "flapping", { ...of.definition.flapping });
    tell("flapping", effect, incident, { ...context, muteAll: null });
  } else {
    const muteAll: Muted | null = since === null || incident.state === "resolved" ? null : FLAPPING(since);
    tell(kind, effect, incident, { ...context, muteAll });
  }
  return incident;
}

const INHIBITED = "One message tells of all keys that share the incident.";
const FLAPPING = (since: number): Muted => ({
  by: "flapping",
  reason: `Flapping since ${new Date(since).toISOString()}: told once it has settled.`,
  noted: false,
});

/** What an edit, a deletion or a new period ends is not a flap. */
const isFinal = ({ reason }: Transition): boolean =>
  reason === "vanished" || reason === "rule_changed" || reason === "new_period";

function attentionAfter(
  { at, alert, ...own }: Transition,
  kind: EffectNotification | null,
  before: IncidentRow | null,
  { of, shared, former }: Circumstances,
): Attention {
  let attention = before?.attention ?? newAttention(at, shared === null ? former : shared.former);
  if (shared !== null && alert.before === null && alert.after !== null) {
    attention = { ...attention, joinedAt: at };
  }
  if (kind === null) return attention;
  return isFinal({ at, alert, ...own }) && alert.after === null
    ? settled(attention)
    : countChange(attention, of.rule, at);
}

/** The incident after the transition; null when there is none. What flaps stays open until it has settled. */
function changed(
  before: IncidentRow | null,
  effect: Transition,
  attention: Attention,
  around: Circumstances,
): IncidentRow | null {
  const change = incidentChange(before === null ? null : (before as OpenIncident), effect);
  const { of, shared } = around;
  switch (change.action) {
    case "open":
      return {
        id: newId("inc"),
        rule_id: of.id,
        rule_name: of.definition.name,
        rule: of.definition,
        scope_key: shared?.scopeKey ?? around.scopeKey,
        key_id: shared === null ? around.keyId : null,
        members: shared?.members ?? around.members,
        ...change.incident,
        started_at: change.startedAt,
        resolved_at: null,
        acknowledged_at: null,
        acknowledged_by: null,
        snoozed_until: null,
        attention,
        attention_at: null,
      };
    case "resolve":
      if (before === null) return null;
      if (attention.flappingSince !== null) return { ...before, attention };
      return { ...before, state: "resolved", resolved_at: change.resolvedAt, attention };
    case "escalate":
    case "downgrade":
    case "update":
      return before === null ? null : { ...before, ...change.incident, attention };
    default:
      return before === null ? null : { ...before, attention };
  }
}

function transitionRow(
  transition: Transition,
  incident: IncidentRow | null,
  { of, scopeKey }: Circumstances,
) {
  return {
    rule_id: of.id,
    scope_key: scopeKey,
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

/** The timeline tells of the incident; of a shared one also which key came or went. */
function note(
  own: Transition,
  effect: Transition,
  before: IncidentRow | null,
  incident: IncidentRow,
  { shared, keyId }: Circumstances,
  ledger: Ledger,
): void {
  const kind = timelineKindOf(own, effect, before, incident);
  if (kind === null) return;
  ledger.note(incident.id, own.at, kind, {
    severity: own.severity ?? incident.severity,
    previous_severity: own.previousSeverity,
    value: own.value,
    threshold: own.threshold,
    reason: own.reason,
    ...(own.detail === null ? {} : { detail: own.detail }),
    ...(shared === null || keyId === null ? {} : { key: String(keyId) }),
  });
}

function timelineKindOf(
  own: Transition,
  effect: Transition,
  before: IncidentRow | null,
  incident: IncidentRow,
): string | null {
  const ofOwn = timelineKind(own);
  if (before === null) return ofOwn;
  if (effect !== own && ofOwn === "opened" && effect.alert.before !== null) return "joined";
  if (effect !== own && ofOwn === "resolved" && effect.alert.after !== null) return "left";
  // It never closed, since it flaps.
  if (ofOwn === "opened") return "firing_again";
  if (ofOwn === "resolved" && incident.state !== "resolved") return "recovered";
  return ofOwn;
}
