import type pg from "pg";
import type { Attention } from "@/lib/domain/alerting/attention";
import { Group } from "@/lib/domain/alerting/group";
import { type Opener, SHARED_WITHIN_MS, type Shared, share } from "@/lib/domain/alerting/sharing";
import { alertOf } from "@/lib/domain/alerting/state";
import type { Fleet } from "@/lib/features/rules/fleet";
import { aboutShared, isShared, type KeyFacts, keyOfScope, sharedScope } from "./about";
import { readAlerts } from "./circumstances";
import type { SharedIncident } from "./consequences";
import type { Ledger, RuleOf } from "./ledger";
import type { Change } from "./persist";
import type { IncidentRow } from "./rows";

/** A change with the incident that its instance has in the database. */
export interface Won {
  change: Change;
  open: IncidentRow | null;
}

/** Changes that may have part in one incident: of one rule, at one provider. */
export interface Company {
  of: RuleOf;
  provider: string;
  openers: (Opener & { change: Change })[];
  openable: IncidentRow[];
}

/** The open incidents of the rules that a key which fires may join; for the WHERE of a query. */
export const JOINABLE = `rule_id = ANY($2) AND state <> 'resolved'
  AND (scope_key LIKE 'keys:%' OR (key_id IS NOT NULL AND state = 'firing' AND started_at >= to_timestamp($3 / 1000.0)))`;

/** When a change's instance began to fire, for a key of a known provider that has no open incident; null else. */
export function openerOf({ change, open }: Won, fleet: Fleet): (Opener & { provider: string }) | null {
  const { loaded, instance, stepped } = change;
  const keyId = keyOfScope(instance.scopeKey);
  if (open !== null || keyId === null || loaded.rule.scope.each !== "key") return null;
  if (alertOf(stepped.state) === null) return null;
  const opening = stepped.effects.findLast(
    (effect) => effect.kind === "transition" && effect.alert.before === null && effect.alert.after !== null,
  );
  const provider = fleet.keys.get(keyId)?.provider ?? "";
  return opening === undefined || provider === "" ? null : { keyId, at: opening.at, provider };
}

/** How far back an incident of one key can have begun that a key firing at `at` shares. */
export const sharedSince = (at: number): number => at - SHARED_WITHIN_MS;

/**
 * The shared incidents that changes have part in, by change: those that are open already, and those that come about
 * now. What is absorbed has moved into its base when this returns.
 */
export async function findShared(
  client: pg.PoolClient,
  ledger: Ledger,
  companies: readonly Company[],
  members: readonly Won[],
  around: { keys: ReadonlyMap<number, KeyFacts>; formers: ReadonlyMap<string, Attention> },
): Promise<Map<Change, SharedIncident>> {
  const found = new Map<Change, SharedIncident>();
  const byId = new Map<string, SharedIncident>();
  const plans = companies.map((company) => ({ company, shared: plan(company) }));
  const ids = plans.flatMap(({ shared }) =>
    shared.flatMap(({ base, absorbed }) => [base ?? [], absorbed].flat()),
  );
  const open = members.flatMap((won) => (won.open !== null && isShared(won.open) ? [won.open] : []));
  const alerts = await readAlerts(client, [...new Set([...ids, ...open.map(({ id }) => id)])]);
  for (const { change, open: incident } of members) {
    if (incident === null) continue;
    // As it was before this batch, in which its own change comes in its turn.
    const before = alertOf(change.instance.state);
    const group = alerts.get(incident.id) ?? new Group();
    group.set(change.instance.scopeKey, before);
    alerts.set(incident.id, group);
  }
  for (const { company, shared } of plans) {
    for (const one of shared) {
      const incident = await form(client, ledger, company, one, alerts, around);
      for (const id of [one.base ?? [], one.absorbed].flat()) byId.set(id, incident);
      for (const { keyId, change } of company.openers) {
        if (one.joining.includes(keyId)) found.set(change, incident);
      }
    }
  }
  for (const { change, open: incident } of members) {
    if (incident === null) continue;
    let shared = byId.get(incident.id);
    if (shared === undefined) {
      if (!isShared(incident)) continue;
      shared = sharedOf(incident, change.loaded, alerts.get(incident.id) ?? new Group(), around.keys);
      byId.set(incident.id, shared);
    }
    found.set(change, shared);
  }
  return found;
}

function plan({ openers, openable }: Company): Shared[] {
  const joinable = openable.map((row) => ({
    id: row.id,
    keyId: row.key_id,
    members: row.members,
    at: row.attention.joinedAt ?? row.started_at,
  }));
  return share(joinable, openers);
}

function sharedOf(
  incident: IncidentRow,
  of: RuleOf,
  group: Group,
  keys: ReadonlyMap<number, KeyFacts>,
): SharedIncident {
  const provider = incident.scope_key.slice("keys:".length);
  const firing = () => [...group.instances()].flatMap((scopeKey) => keyOfScope(scopeKey) ?? []);
  return {
    id: incident.id,
    scopeKey: incident.scope_key,
    members: incident.members,
    group,
    about: aboutShared(of, provider, keys, incident.members, firing),
    former: null,
    untold: false,
  };
}

async function form(
  client: pg.PoolClient,
  ledger: Ledger,
  { of, provider, openable }: Company,
  { base, formed, absorbed, joining }: Shared,
  alerts: ReadonlyMap<string, Group>,
  { keys, formers }: { keys: ReadonlyMap<number, KeyFacts>; formers: ReadonlyMap<string, Attention> },
): Promise<SharedIncident> {
  const scopeKey = sharedScope(provider);
  const parts = openable.filter(({ id }) => id === base || absorbed.includes(id));
  const group = new Group(parts.flatMap(({ id }) => [...(alerts.get(id)?.entries() ?? [])]));
  const members = [
    ...new Set([...parts.flatMap((row) => (row.key_id === null ? row.members : [row.key_id])), ...joining]),
  ];
  // The first message tells of those whose change comes in its turn, too.
  const firing = () => [
    ...new Set([...[...group.instances()].flatMap((one) => keyOfScope(one) ?? []), ...joining]),
  ];
  const about = aboutShared(of, provider, keys, members, firing);
  const row = base === null ? undefined : ledger.incidents.get(base);
  if (row !== undefined) {
    const severity = group.worst()?.severity ?? row.severity;
    ledger.put({ ...row, scope_key: scopeKey, key_id: null, members, severity }, of, about);
    if (formed) {
      const at = Math.max(...parts.map(({ started_at }) => started_at));
      ledger.note(row.id, Math.max(at, ledger.now), "shared", { provider, keys: members.map(String) });
      await absorb(
        client,
        row,
        parts.filter(({ id }) => id !== row.id),
      );
      for (const id of absorbed) {
        ledger.incidents.delete(id);
        ledger.aliases.push({ id, incident_id: row.id });
      }
    }
  }
  return {
    id: base,
    scopeKey,
    members,
    group,
    about,
    former: formers.get(`${of.id} ${scopeKey}`) ?? null,
    untold: formed,
  };
}

/** Everything of the absorbed incidents goes over to the base, whose one message tells what was not sent of theirs. */
async function absorb(
  client: pg.PoolClient,
  base: IncidentRow,
  absorbed: readonly IncidentRow[],
): Promise<void> {
  const ids = absorbed.map(({ id }) => id);
  for (const { id, key_id } of absorbed) {
    await client.query(
      `UPDATE incident_event SET incident_id = $1, kind = CASE kind WHEN 'opened' THEN 'joined' ELSE kind END,
              data = data || jsonb_build_object('key', $3::text)
        WHERE incident_id = $2`,
      [base.id, id, String(key_id)],
    );
  }
  for (const table of ["transition", "delivery", "incident_alias", "rule_instance"]) {
    await client.query(`UPDATE ${table} SET incident_id = $1 WHERE incident_id = ANY($2)`, [base.id, ids]);
  }
  await client.query("DELETE FROM incident WHERE id = ANY($1)", [ids]);
  await client.query(
    `UPDATE delivery SET state = 'suppressed', finished_at = now(),
            reason = 'Told together with the other keys that share the incident.'
      WHERE incident_id = $1 AND state = 'queued' AND attempt_count = 0 AND kind IN ('firing', 'no_data', 'escalated')`,
    [base.id],
  );
}
