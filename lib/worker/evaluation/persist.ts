import type pg from "pg";
import type { Subject } from "@/lib/channels/notification";
import { transaction } from "@/lib/db/db";
import type { InstanceState, Observation, StepResult } from "@/lib/domain/alerting/state";
import { acknowledgementLink } from "@/lib/features/incidents/link";
import type { Fleet } from "@/lib/features/rules/fleet";
import { runtime } from "@/lib/runtime";
import {
  type ChannelRow,
  type Circumstances,
  type Consequences,
  consequencesOf,
  type IncidentRow,
} from "./consequences";
import type { Instance, LoadedRule } from "./rules";
import type { SilenceMatcher } from "./silence";
import { writeConsequences } from "./write";

/** A step that changed something worth storing. */
export interface Change {
  loaded: LoadedRule;
  instance: Instance;
  observation: Observation;
  stepped: StepResult;
  nextAt: number | null;
  /** The value before, for the messages' small chart. */
  series?: { at: number; value: number | null }[];
}

export interface Persisted {
  change: Change;
  /** The row as it is now. */
  version: number;
  incidentId: string | null;
}

/** More members than this say nothing that the scope does not. */
const MOST_MEMBERS = 100;

/**
 * Writes a batch of changes with all that follows from them in one transaction. A change counts only where the rule and
 * the instance are still those it was made from: the others are left out of the result, for their maker to look again.
 */
export function persist(
  pool: pg.Pool,
  fleet: Fleet,
  changes: readonly Change[],
  now: number,
): Promise<Persisted[]> {
  return transaction(pool, async (client) => {
    const rules = await lockRules(client, changes);
    const current = changes.filter(({ loaded, observation }) => {
      const row = rules.get(loaded.id);
      if (row === undefined) return false;
      return observation.vanished === undefined ? row.version === loaded.version && row.on : true;
    });
    const won = await compareAndSwap(client, current);
    if (won.length === 0) return [];
    const around = await readCircumstances(client, won, now);
    const persisted: Persisted[] = [];
    const written: Consequences[] = [];
    for (const change of won) {
      const consequences = consequencesOf(
        change.stepped.effects,
        around(change, fleet.keys.get(keyIdOf(change) ?? 0)?.provider ?? null, fleet),
      );
      written.push(consequences);
      const incidentId = consequences.incidentId;
      persisted.push({ change, version: change.instance.version + 1, incidentId });
    }
    await writeConsequences(client, persisted, written, now);
    return persisted;
  });
}

const keyIdOf = ({ instance }: Change): number | null =>
  instance.scopeKey.startsWith("key:") ? Number(instance.scopeKey.slice(4)) : null;

/** Serialises evaluators of a rule among each other and with edits of it; ascending, so that they cannot deadlock. */
async function lockRules(
  client: pg.PoolClient,
  changes: readonly Change[],
): Promise<Map<string, { version: number; on: boolean }>> {
  const ids = [...new Set(changes.map(({ loaded }) => loaded.id))];
  const { rows } = await client.query<{ id: string; version: number; on: boolean }>(
    `SELECT id, version, enabled AND deleted_at IS NULL AS on FROM rule WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The changes whose instance was still at the version they were made from. */
async function compareAndSwap(client: pg.PoolClient, changes: readonly Change[]): Promise<Change[]> {
  if (changes.length === 0) return [];
  const rows = changes.map(({ loaded, instance, observation, stepped, nextAt }) => ({
    rule_id: loaded.id,
    scope_key: instance.scopeKey,
    key_id: instance.scopeKey.startsWith("key:") ? Number(instance.scopeKey.slice(4)) : null,
    status: stepped.state.status,
    severity: stepped.state.severity,
    value: observation.value,
    state: stepped.state satisfies InstanceState,
    version: instance.version,
    next_at: nextAt,
  }));
  const { rows: swapped } = await client.query<{ rule_id: string; scope_key: string }>(
    `WITH input AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(rule_id text, scope_key text, key_id int8, status text, severity text,
                                                       value float8, state jsonb, version int4, next_at int8)
     ), inserted AS (
       INSERT INTO rule_instance (rule_id, scope_key, key_id, status, severity, value, state, observed_at, next_evaluation_at)
       SELECT rule_id, scope_key, key_id, status, severity, value, state, now(), to_timestamp(next_at / 1000.0)
         FROM input WHERE version = 0 ORDER BY 1, 2
       ON CONFLICT DO NOTHING RETURNING rule_id, scope_key
     ), updated AS (
       UPDATE rule_instance old
          SET status = input.status, severity = input.severity, value = input.value, state = input.state,
              observed_at = now(), next_evaluation_at = to_timestamp(input.next_at / 1000.0), version = old.version + 1
         FROM input
        WHERE old.rule_id = input.rule_id AND old.scope_key = input.scope_key AND old.version = input.version
       RETURNING old.rule_id, old.scope_key
     )
     SELECT * FROM inserted UNION ALL SELECT * FROM updated`,
    [JSON.stringify(rows)],
  );
  const names = new Set(swapped.map(({ rule_id, scope_key }) => `${rule_id} ${scope_key}`));
  return changes.filter(({ loaded, instance }) => names.has(`${loaded.id} ${instance.scopeKey}`));
}

/** Reads what the changes' effects depend on, fresh and in their transaction. */
async function readCircumstances(
  client: pg.PoolClient,
  changes: readonly Change[],
  now: number,
): Promise<(change: Change, provider: string | null, fleet: Fleet) => Circumstances> {
  const incidentIds = changes.flatMap(({ instance }) => instance.incidentId ?? []);
  const channelIds = [...new Set(changes.flatMap(({ loaded }) => loaded.definition.channels))];
  const keyIds = changes.flatMap((change) => keyIdOf(change) ?? []);
  // Locked, so that an acknowledgement comes wholly before or wholly after.
  const incidents = await client.query<IncidentRow>(
    `SELECT id, rule_id, rule_name, rule, scope_key, key_id, members::float8[] AS members, state, severity, value, threshold,
            started_at, resolved_at
       FROM incident WHERE id = ANY($1) AND state <> 'resolved' ORDER BY id FOR UPDATE`,
    [incidentIds],
  );
  const channels = await client.query<ChannelRow>(
    "SELECT id, name, kind, enabled, deleted_at IS NOT NULL AS deleted FROM channel WHERE id = ANY($1)",
    [channelIds],
  );
  const silences = await client.query<{
    id: string;
    matcher: SilenceMatcher;
    ends_at: number;
    comment: string;
  }>(
    `SELECT id, matcher, ends_at, comment FROM silence
      WHERE deleted_at IS NULL AND starts_at <= to_timestamp($1 / 1000.0) AND ends_at > to_timestamp($1 / 1000.0)`,
    [now],
  );
  const keys = await client.query<{ id: number; name: string | null; hint: string; provider: string }>(
    "SELECT id, name, hint, provider FROM api_key WHERE id = ANY($1::int8[])",
    [keyIds],
  );
  const incidentById = new Map(incidents.rows.map((row) => [row.id, row]));
  const channelById = new Map(channels.rows.map((row) => [row.id, row]));
  const keyById = new Map(keys.rows.map((row) => [row.id, row]));
  const { appUrl } = runtime().env;
  return (change, provider, fleet) => {
    const { loaded, instance, series } = change;
    const keyId = keyIdOf(change);
    const members = keyId === null ? (fleet.members(loaded.rule.scope).get(instance.scopeKey) ?? []) : [];
    const pool = fleet.keys.get(keyId ?? members[0] ?? 0)?.pool ?? null;
    const key = keyId === null ? undefined : keyById.get(keyId);
    return {
      ruleId: loaded.id,
      definition: loaded.definition,
      rule: loaded.rule,
      scopeKey: instance.scopeKey,
      keyId,
      provider: provider ?? providerOf(instance.scopeKey, loaded, fleet, members),
      pool: keyId !== null || instance.scopeKey.startsWith("pool:") ? pool : null,
      members: members.slice(0, MOST_MEMBERS),
      subject: subjectOf(instance.scopeKey, key, pool?.name),
      open: incidentById.get(instance.incidentId ?? "") ?? null,
      channels: channelById,
      silences: silences.rows.map(({ ends_at, ...silence }) => ({ ...silence, endsAt: ends_at })),
      series,
      links: (incidentId, channelId) => ({
        incident: `${appUrl}/incidents/${incidentId}`,
        acknowledge: acknowledgementLink(incidentId, channelId),
        ...(keyId === null ? {} : { key: `${appUrl}/keys/${keyId}` }),
      }),
    };
  };
}

function providerOf(
  scopeKey: string,
  { rule }: LoadedRule,
  fleet: Fleet,
  members: readonly number[],
): string | null {
  if (scopeKey.startsWith("provider:")) return scopeKey.slice("provider:".length);
  if (scopeKey.startsWith("pool:")) return fleet.keys.get(members[0] ?? 0)?.provider ?? null;
  return rule.scope.provider ?? null;
}

function subjectOf(
  scopeKey: string,
  key: { name: string | null; hint: string; provider: string } | undefined,
  poolName: string | undefined,
): Subject {
  if (scopeKey === "all") return { kind: "all" };
  const colon = scopeKey.indexOf(":");
  const kind = scopeKey.slice(0, colon);
  const name = scopeKey.slice(colon + 1);
  if (kind === "key") {
    return { kind: "key", name: key?.name ?? null, hint: key?.hint ?? "…", provider: key?.provider || null };
  }
  if (kind === "pool") return { kind: "pool", name: poolName ?? name };
  return { kind: kind === "provider" ? "provider" : "consumer", name };
}
