import type pg from "pg";
import type { Attention } from "@/lib/domain/alerting/attention";
import { Group } from "@/lib/domain/alerting/group";
import type { Severity } from "@/lib/domain/alerting/rule";
import type { SilenceInForce } from "@/lib/domain/alerting/silence";
import { alertOf, type InstanceState } from "@/lib/domain/alerting/state";
import type { Mute } from "@/lib/domain/alerting/told";
import type { KeyFacts } from "./about";
import { Ledger } from "./ledger";
import { type ChannelRow, INCIDENT_COLUMNS, type IncidentRow } from "./rows";

/** A ledger with what is true of channels and silences, in the transaction that will write it. */
export async function openLedger(
  client: pg.PoolClient,
  channelIds: Iterable<string>,
  now: number,
): Promise<Ledger> {
  const channels = await client.query<ChannelRow>(
    "SELECT id, name, kind, enabled, deleted_at IS NOT NULL AS deleted FROM channel WHERE id = ANY($1)",
    [[...new Set(channelIds)]],
  );
  // Locked, so that the end of a silence comes wholly before or wholly after: nothing is kept back past it unseen.
  const silences = await client.query<{
    id: string;
    matcher: SilenceInForce["matcher"];
    ends_at: number;
    comment: string;
    created_by: string;
  }>(
    `SELECT id, matcher, ends_at, comment, created_by FROM silence
      WHERE deleted_at IS NULL AND starts_at <= to_timestamp($1 / 1000.0) AND ends_at > to_timestamp($1 / 1000.0)
      ORDER BY id FOR SHARE`,
    [now],
  );
  return new Ledger(
    new Map(channels.rows.map((row) => [row.id, row])),
    silences.rows.map(({ ends_at, created_by, ...silence }) => ({
      ...silence,
      endsAt: ends_at,
      createdBy: created_by,
    })),
    now,
  );
}

/** Open incidents, locked in order, so that an acknowledgement comes wholly before or wholly after. */
export async function lockIncidents(
  client: pg.PoolClient,
  where: string,
  values: readonly unknown[],
): Promise<IncidentRow[]> {
  const { rows } = await client.query<IncidentRow>(
    `SELECT ${INCIDENT_COLUMNS} FROM incident WHERE ${where} ORDER BY id FOR UPDATE`,
    [...values],
  );
  return rows.map((row) => ({ ...row, attention: understood(row) }));
}

/** Incidents of before there was attention have none. */
function understood({ attention, state, started_at }: IncidentRow): Attention {
  const empty: Attention = {
    changes: [],
    flappingSince: null,
    escalatedTo: 0,
    waitingSince: state === "firing" ? started_at : null,
    waitedMs: 0,
    joinedAt: null,
    remindedAt: null,
  };
  return { ...empty, ...attention };
}

/** Tells the ledger what each channel knows of the incidents. */
export async function readPictures(
  client: pg.PoolClient,
  ledger: Ledger,
  incidentIds: readonly string[],
): Promise<void> {
  if (incidentIds.length === 0) return;
  const { rows } = await client.query<{
    incident_id: string;
    channel_id: string;
    kind: string;
    severity: Severity | null;
    muted_by: Mute | null;
  }>(
    `SELECT incident_id, channel_id, kind, notification->>'severity' AS severity, muted_by
       FROM delivery WHERE incident_id = ANY($1) AND muted_by IS DISTINCT FROM 'inhibition' ORDER BY incident_id, seq`,
    [incidentIds],
  );
  for (const { incident_id, channel_id, kind, severity, muted_by } of rows) {
    ledger.remember(incident_id, channel_id, { kind, severity, mutedBy: muted_by });
  }
}

/** The alerts of the instances that have part in each of the incidents. */
export async function readAlerts(
  client: pg.PoolClient,
  incidentIds: readonly string[],
): Promise<Map<string, Group>> {
  const found = new Map<string, Group>();
  if (incidentIds.length === 0) return found;
  const { rows } = await client.query<
    Pick<InstanceState, "status" | "severity" | "underneath"> & { incident_id: string; scope_key: string }
  >(
    `SELECT incident_id, scope_key, status, severity, state->>'underneath' AS underneath
       FROM rule_instance WHERE incident_id = ANY($1)`,
    [incidentIds],
  );
  for (const { incident_id, scope_key, ...state } of rows) {
    const alert = alertOf(state);
    if (alert === null) continue;
    const group = found.get(incident_id);
    if (group === undefined) found.set(incident_id, new Group([[scope_key, alert]]));
    else group.set(scope_key, alert);
  }
  return found;
}

export async function readKeys(client: pg.PoolClient, ids: Iterable<number>): Promise<Map<number, KeyFacts>> {
  const { rows } = await client.query<{
    id: number;
    name: string | null;
    hint: string;
    provider: string;
    pool_id: string | null;
    pool: string | null;
  }>(
    `SELECT k.id, k.name, k.hint, k.provider, k.pool_id, p.name AS pool
       FROM api_key k LEFT JOIN pool p ON p.id = k.pool_id WHERE k.id = ANY($1::int8[])`,
    [[...new Set(ids)]],
  );
  return new Map(
    rows.map(({ id, name, hint, provider, pool_id, pool }) => [
      id,
      { name, hint, provider, pool: pool_id === null ? null : { id: pool_id, name: pool ?? "" } },
    ]),
  );
}
