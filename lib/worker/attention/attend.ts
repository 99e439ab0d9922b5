import type pg from "pg";
import { isTransientDbError, transaction } from "@/lib/db/db";
import { type Attendance, attend, messageFor } from "@/lib/domain/alerting/attend";
import { channelsOf } from "@/lib/domain/alerting/attention";
import { Group } from "@/lib/domain/alerting/group";
import { notificationFacts } from "@/lib/domain/alerting/notification";
import { compileRule, ruleInputSchema } from "@/lib/domain/alerting/rule";
import type { Alert } from "@/lib/domain/alerting/state";
import { log } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import {
  aboutInstance,
  aboutShared,
  isShared,
  type KeyFacts,
  keyOfScope,
  keysToKnow,
} from "../evaluation/about";
import { readAccounts } from "../evaluation/account";
import { lockIncidents, openLedger, readAlerts, readKeys, readPictures } from "../evaluation/circumstances";
import type { About, Ledger, Muted, RuleOf } from "../evaluation/ledger";
import type { IncidentRow } from "../evaluation/rows";
import { announce, writeLedger } from "../evaluation/write";

/** Incidents of one round. */
const BATCH = 200;

/**
 * Does what is due about incidents at `now`, one transaction a rule, so that evaluation of the rule comes wholly before
 * or wholly after. Gives how many were attended to.
 */
export async function attendDue({ db, serverId }: Runtime, now: number): Promise<number> {
  const { rows } = await db.pool.query<{ rule_id: string; ids: string[] }>(
    `SELECT rule_id, array_agg(id) AS ids
       FROM (SELECT id, rule_id FROM incident WHERE attention_at <= to_timestamp($1 / 1000.0) ORDER BY attention_at LIMIT ${BATCH})
         AS due GROUP BY rule_id ORDER BY rule_id`,
    [now],
  );
  let attended = 0;
  for (const { rule_id, ids } of rows) {
    try {
      await transaction(db.pool, (client) => attendToRule(client, db.pool, rule_id, ids, now, serverId));
      attended += ids.length;
    } catch (error) {
      // One rule that cannot be read must not keep those of others waiting.
      if (isTransientDbError(error)) throw error;
      log.error({ err: error, rule: rule_id }, "Incidents of a rule cannot be attended to");
    }
  }
  return attended;
}

async function attendToRule(
  client: pg.PoolClient,
  pool: pg.Pool,
  ruleId: string,
  ids: readonly string[],
  now: number,
  serverId: string,
): Promise<void> {
  const rule = await client.query<{ definition: unknown }>(
    "SELECT definition FROM rule WHERE id = $1 FOR NO KEY UPDATE",
    [ruleId],
  );
  const definition = ruleInputSchema.parse(rule.rows[0]?.definition);
  const of: RuleOf = { id: ruleId, definition, rule: compileRule(definition) };
  const channels = [...of.rule.channels, ...of.rule.escalation.flatMap((step) => step.channels)];
  const ledger = await openLedger(client, channels, now);
  const incidents = await lockIncidents(
    client,
    "id = ANY($1) AND attention_at <= to_timestamp($2 / 1000.0)",
    [ids, now],
  );
  const incidentIds = incidents.map(({ id }) => id);
  await readPictures(client, ledger, incidentIds);
  const alerts = await readAlerts(client, incidentIds);
  const keys = await readKeys(
    client,
    incidents.flatMap((incident) => keysToKnow(incident, ledger.silences)),
  );
  const accounts = await readOwnAccounts(pool, incidents, of, now);
  for (const incident of incidents) {
    const group = alerts.get(incident.id) ?? new Group();
    attendTo(incident, group.worst(), of, aboutOf(incident, of, keys, group, accounts), ledger);
  }
  ledger.schedule();
  await writeLedger(client, ledger);
  const ended = [...ledger.touched.keys()].filter((id) => ledger.incidents.get(id)?.state === "resolved");
  await client.query("UPDATE rule_instance SET incident_id = NULL WHERE incident_id = ANY($1)", [ended]);
  await announce(client, ledger, [], serverId);
}

/** How the keys of incidents that are one key's stand, by incident; beside the transaction, which a failed read must not end. */
async function readOwnAccounts(
  pool: pg.Pool,
  incidents: readonly IncidentRow[],
  { rule, definition }: RuleOf,
  now: number,
): Promise<Map<string, About["facts"]>> {
  const own = incidents.flatMap(({ id, key_id }) => (key_id === null ? [] : [{ id, key_id }]));
  const about = own.map(({ key_id }) => ({
    rule,
    zone: definition.time_zone,
    keyIds: [key_id],
    over: false,
  }));
  const facts = await readAccounts(pool, about, now);
  return new Map(own.map(({ id }, i) => [id, facts[i]?.length ? facts[i] : undefined]));
}

function aboutOf(
  incident: IncidentRow,
  of: RuleOf,
  keys: ReadonlyMap<number, KeyFacts>,
  group: Group,
  accounts: ReadonlyMap<string, About["facts"]>,
): About {
  const { id, scope_key, members } = incident;
  if (!isShared(incident)) return aboutInstance(of, scope_key, keys, members, { facts: accounts.get(id) });
  const firing = () => [...group.instances()].flatMap((one) => keyOfScope(one) ?? []);
  return aboutShared(of, scope_key.slice("keys:".length), keys, members, firing);
}

function attendTo(before: IncidentRow, truth: Alert | null, of: RuleOf, about: About, ledger: Ledger): void {
  const { now } = ledger;
  const attendance = attend(
    {
      state: before.state,
      acknowledgedAt: before.acknowledged_at,
      snoozedUntil: before.snoozed_until,
      attention: before.attention,
      truth,
    },
    of.rule,
    now,
  );
  const incident: IncidentRow = { ...before, state: attendance.state, attention: attendance.attention };
  if (attendance.snoozeEnded) {
    incident.acknowledged_at = null;
    incident.acknowledged_by = null;
    incident.snoozed_until = null;
  }
  if (attendance.settled === "resolved") incident.resolved_at = now;
  ledger.put(incident, of, about);
  note(before, incident, attendance, ledger);
  const isOver = incident.state === "resolved";
  for (const channelId of channelsOf(of.rule, incident.attention)) {
    const channel = ledger.channels.get(channelId);
    if (channel === undefined) continue;
    const picture = ledger.picture(incident.id, channelId);
    const message = messageFor(channelId, picture, attendance, isOver ? null : truth);
    if (message === null) continue;
    const severity = (isOver ? picture.alert?.severity : truth?.severity) ?? incident.severity;
    const silenced = ledger.mute(channel, about, severity);
    const caused = attendance.snoozeEnded || attendance.settled !== null || attendance.steps.length > 0;
    // What a silence kept back has its row, and waits on for the next silence's end.
    if (silenced?.by === "silence" && !caused) continue;
    const muted = silenced ?? (incident.state === "acknowledged" && !isOver ? acknowledged(incident) : null);
    const { value, threshold } = incident;
    const facts = notificationFacts(of.rule, message.kind, {
      severity,
      value,
      threshold,
      at: now,
      detail: message.detail,
    });
    ledger.tell(channel, incident, facts, { of, about, transitionId: null, muted });
  }
}

const acknowledged = ({ acknowledged_by }: IncidentRow): Muted => ({
  by: "acknowledgement",
  reason: `Acknowledged by ${acknowledged_by ?? "somebody"}, so nobody has to be found.`,
  noted: true,
});

function note(before: IncidentRow, incident: IncidentRow, attendance: Attendance, ledger: Ledger): void {
  const { now } = ledger;
  if (attendance.snoozeEnded) ledger.note(incident.id, now, "snooze_ended", { by: before.acknowledged_by });
  if (attendance.settled !== null) {
    ledger.note(incident.id, now, "settled", { since: before.attention.flappingSince });
  }
  if (attendance.settled === "resolved") {
    const { severity, value, threshold } = incident;
    ledger.note(incident.id, now, "resolved", { severity, value, threshold, reason: "settled" });
  }
  for (const { step, number } of attendance.steps) {
    ledger.note(incident.id, now, "escalation_step", {
      step: number,
      after_s: step.afterMs / 1_000,
      channels: step.channels.map((id) => ledger.channels.get(id)?.name ?? id),
    });
  }
}
