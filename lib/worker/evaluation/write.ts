import type pg from "pg";
import type { InstanceState } from "@/lib/domain/alerting/state";
import { keyOfScope } from "./about";
import type { Ledger } from "./ledger";
import type { Persisted } from "./persist";

/** Past this many changes at once the servers are told to look at everything. */
const MOST_ANNOUNCED = 200;

/** Writes what was decided; the dispatcher wakes with the commit. */
export async function writeLedger(client: pg.PoolClient, ledger: Ledger): Promise<void> {
  const incidents = [...ledger.touched.keys()].flatMap((id) => ledger.incidents.get(id) ?? []);
  if (incidents.length > 0) {
    await client.query(
      `INSERT INTO incident AS old (id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, value, threshold,
                                    started_at, resolved_at, acknowledged_at, acknowledged_by, snoozed_until, attention,
                                    attention_at, updated_at)
       SELECT id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, value, threshold,
              to_timestamp(started_at / 1000.0), to_timestamp(resolved_at / 1000.0), to_timestamp(acknowledged_at / 1000.0),
              acknowledged_by, to_timestamp(snoozed_until / 1000.0), attention, to_timestamp(attention_at / 1000.0), now()
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, rule_id text, rule_name text, rule jsonb, scope_key text, key_id int8,
              members int8[], state text, severity text, value float8, threshold float8, started_at float8, resolved_at float8,
              acknowledged_at float8, acknowledged_by text, snoozed_until float8, attention jsonb, attention_at float8)
       ON CONFLICT (id) DO UPDATE SET scope_key = EXCLUDED.scope_key, key_id = EXCLUDED.key_id, members = EXCLUDED.members,
         state = EXCLUDED.state, severity = EXCLUDED.severity, value = EXCLUDED.value, threshold = EXCLUDED.threshold,
         resolved_at = EXCLUDED.resolved_at, acknowledged_at = EXCLUDED.acknowledged_at,
         acknowledged_by = EXCLUDED.acknowledged_by, snoozed_until = EXCLUDED.snoozed_until,
         attention = EXCLUDED.attention, attention_at = EXCLUDED.attention_at, updated_at = now()`,
      [JSON.stringify(incidents)],
    );
  }
  if (ledger.aliases.length > 0) {
    await client.query(
      `INSERT INTO incident_alias (id, incident_id)
       SELECT id, incident_id FROM jsonb_to_recordset($1::jsonb) AS t(id text, incident_id text)`,
      [JSON.stringify(ledger.aliases)],
    );
  }
  if (ledger.transitions.length > 0) {
    await client.query(
      `INSERT INTO transition (id, rule_id, scope_key, incident_id, at, from_status, to_status, severity, previous_severity,
                               value, threshold, reason, quiet)
       SELECT id, rule_id, scope_key, incident_id, to_timestamp(at / 1000.0), from_status, to_status, severity,
              previous_severity, value, threshold, reason, quiet
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, rule_id text, scope_key text, incident_id text, at float8,
              from_status text, to_status text, severity text, previous_severity text, value float8, threshold float8,
              reason text, quiet text)`,
      [JSON.stringify(ledger.transitions)],
    );
  }
  if (ledger.events.length > 0) {
    await client.query(
      `INSERT INTO incident_event (id, incident_id, at, kind, data)
       SELECT id, incident_id, to_timestamp(at / 1000.0), kind, data
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, incident_id text, at float8, kind text, data jsonb)`,
      [JSON.stringify(ledger.events)],
    );
  }
  if (ledger.deliveries.length > 0) await writeDeliveries(client, ledger.deliveries);
}

const INSTANCES = `jsonb_to_recordset($1::jsonb) AS t(rule_id text, scope_key text, key_id int8, status text, severity text,
  value float8, state jsonb, version int4, next_at int8, incident_id text)`;

/** The instances as they are now. */
export async function writeInstances(
  client: pg.PoolClient,
  persisted: readonly Persisted[],
  now: number,
): Promise<void> {
  const rows = persisted.map(
    ({ change: { loaded, instance, observation, stepped, nextAt }, version, incidentId }) => ({
      rule_id: loaded.id,
      scope_key: instance.scopeKey,
      key_id: keyOfScope(instance.scopeKey),
      status: stepped.state.status,
      severity: stepped.state.severity,
      value: observation.value,
      state: stepped.state satisfies InstanceState,
      version,
      next_at: nextAt,
      incident_id: incidentId,
    }),
  );
  const [made, changed] = [
    rows.filter(({ version }) => version === 1),
    rows.filter(({ version }) => version > 1),
  ];
  // The lock on the rule keeps others from making the same instance, so none has to be looked for.
  if (made.length > 0) {
    await client.query(
      `INSERT INTO rule_instance (rule_id, scope_key, key_id, status, severity, value, state, version, observed_at,
                                  next_evaluation_at, incident_id)
       SELECT rule_id, scope_key, key_id, status, severity, value, state, version, now(), to_timestamp(next_at / 1000.0),
              incident_id FROM ${INSTANCES}`,
      [JSON.stringify(made)],
    );
  }
  if (changed.length > 0) {
    await client.query(
      `UPDATE rule_instance i
          SET status = t.status, severity = t.severity, value = t.value, state = t.state, version = t.version,
              observed_at = now(), next_evaluation_at = to_timestamp(t.next_at / 1000.0), incident_id = t.incident_id
         FROM ${INSTANCES} WHERE i.rule_id = t.rule_id AND i.scope_key = t.scope_key`,
      [JSON.stringify(changed)],
    );
  }
  const ruleIds = [...new Set(persisted.map(({ change }) => change.loaded.id))];
  await client.query(
    "UPDATE rule SET evaluated_to = greatest(evaluated_to, to_timestamp($2 / 1000.0)) WHERE id = ANY($1)",
    [ruleIds, now],
  );
}

/** Tells every server what was changed, and by whom: that one need not look at it again. */
export async function announce(
  client: pg.PoolClient,
  ledger: Ledger,
  persisted: readonly Persisted[],
  server: string,
): Promise<void> {
  const notices = [
    ...[...ledger.touched.keys()].map((id) => ({ entity: "incident", id })),
    ...persisted.map(({ change, version }) => ({
      entity: "instance",
      id: `${change.loaded.id} ${version} ${change.instance.scopeKey}`,
    })),
  ];
  await client.query("SELECT pg_notify('keygauge_changed', notice) FROM unnest($1::text[]) AS notice", [
    (notices.length > MOST_ANNOUNCED
      ? [
          { entity: "incident", id: "all" },
          { entity: "instance", id: "all" },
        ]
      : notices
    ).map((notice) => JSON.stringify({ ...notice, server })),
  ]);
}

async function writeDeliveries(client: pg.PoolClient, deliveries: Ledger["deliveries"]): Promise<void> {
  await client.query(
    `INSERT INTO delivery (id, channel_id, incident_id, transition_id, kind, state, reason, muted_by, notification,
                           finished_at)
     SELECT id, channel_id, incident_id, transition_id, kind, state, reason, muted_by, notification,
            CASE WHEN state = 'suppressed' THEN now() END
       FROM jsonb_to_recordset($1::jsonb) AS t(id text, channel_id text, incident_id text, transition_id text,
            kind text, state text, reason text, muted_by text, notification jsonb)`,
    [JSON.stringify(oncePerChannel(deliveries))],
  );
  if (deliveries.some(({ state }) => state === "queued")) {
    await client.query("SELECT pg_notify('keygauge_delivery', '')");
  }
}

/** A channel may stand in a rule twice. The rows' transitions are of this transaction, so nothing stored can be in their way. */
function oncePerChannel(deliveries: Ledger["deliveries"]): Ledger["deliveries"] {
  const known = new Set<string>();
  return deliveries.filter(({ transition_id, channel_id, kind }) => {
    if (transition_id === null) return true;
    const of = `${transition_id} ${channel_id} ${kind}`;
    return !known.has(of) && known.add(of);
  });
}
