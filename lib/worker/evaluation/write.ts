import type pg from "pg";
import type { Consequences } from "./consequences";
import type { Persisted } from "./persist";

/** Past this many changes at once the servers are told to look at everything. */
const MOST_ANNOUNCED = 200;

/** Writes the rows that follow from changes, and what other servers and the dispatcher have to know. */
export async function writeConsequences(
  client: pg.PoolClient,
  persisted: readonly Persisted[],
  written: readonly Consequences[],
  now: number,
): Promise<void> {
  const incidents = written.flatMap((one) => [...one.incidents.values()]);
  if (incidents.length > 0) {
    await client.query(
      `INSERT INTO incident AS old (id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, value, threshold,
                                    started_at, resolved_at, updated_at)
       SELECT id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, value, threshold,
              to_timestamp(started_at / 1000.0), to_timestamp(resolved_at / 1000.0), now()
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, rule_id text, rule_name text, rule jsonb, scope_key text, key_id int8,
              members int8[], state text, severity text, value float8, threshold float8, started_at float8, resolved_at float8)
       ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, severity = EXCLUDED.severity, value = EXCLUDED.value,
         threshold = EXCLUDED.threshold, resolved_at = EXCLUDED.resolved_at, updated_at = now()`,
      [JSON.stringify(incidents)],
    );
  }
  const transitions = written.flatMap((one) => one.transitions);
  if (transitions.length > 0) {
    await client.query(
      `INSERT INTO transition (id, rule_id, scope_key, incident_id, at, from_status, to_status, severity, previous_severity,
                               value, threshold, reason)
       SELECT id, rule_id, scope_key, incident_id, to_timestamp(at / 1000.0), from_status, to_status, severity,
              previous_severity, value, threshold, reason
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, rule_id text, scope_key text, incident_id text, at float8,
              from_status text, to_status text, severity text, previous_severity text, value float8, threshold float8, reason text)`,
      [JSON.stringify(transitions)],
    );
  }
  const events = written.flatMap((one) => one.events);
  if (events.length > 0) {
    await client.query(
      `INSERT INTO incident_event (id, incident_id, at, kind, data)
       SELECT id, incident_id, to_timestamp(at / 1000.0), kind, data
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, incident_id text, at float8, kind text, data jsonb)`,
      [JSON.stringify(events)],
    );
  }
  const deliveries = written.flatMap((one) => one.deliveries);
  if (deliveries.length > 0) await writeDeliveries(client, deliveries);
  await client.query(
    `UPDATE rule_instance i SET incident_id = t.incident_id
       FROM jsonb_to_recordset($1::jsonb) AS t(rule_id text, scope_key text, incident_id text)
      WHERE i.rule_id = t.rule_id AND i.scope_key = t.scope_key AND i.incident_id IS DISTINCT FROM t.incident_id`,
    [
      JSON.stringify(
        persisted.map(({ change, incidentId }) => ({
          rule_id: change.loaded.id,
          scope_key: change.instance.scopeKey,
          incident_id: incidentId,
        })),
      ),
    ],
  );
  const ruleIds = [...new Set(persisted.map(({ change }) => change.loaded.id))];
  await client.query(
    "UPDATE rule SET evaluated_to = greatest(evaluated_to, to_timestamp($2 / 1000.0)) WHERE id = ANY($1)",
    [ruleIds, now],
  );
  const notices = [
    ...incidents.map(({ id }) => ({ entity: "incident", id })),
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
    ).map((notice) => JSON.stringify(notice)),
  ]);
}

async function writeDeliveries(
  client: pg.PoolClient,
  deliveries: readonly Consequences["deliveries"][number][],
): Promise<void> {
  await client.query(
    `INSERT INTO delivery (id, channel_id, incident_id, transition_id, kind, state, reason, notification, finished_at)
     SELECT id, channel_id, incident_id, transition_id, kind, state, reason, notification,
            CASE WHEN state = 'suppressed' THEN now() END
       FROM jsonb_to_recordset($1::jsonb) AS t(id text, channel_id text, incident_id text, transition_id text,
            kind text, state text, reason text, notification jsonb)
     ON CONFLICT (transition_id, channel_id, kind) DO NOTHING`,
    [JSON.stringify(deliveries)],
  );
  if (deliveries.some(({ state }) => state === "queued")) {
    await client.query("SELECT pg_notify('keygauge_delivery', '')");
  }
}
