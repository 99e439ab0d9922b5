import type pg from "pg";
import type { Notification } from "@/lib/channels/notification";
import { transaction } from "@/lib/db/db";
import type { Attention } from "@/lib/domain/alerting/attention";
import { severityRank } from "@/lib/domain/alerting/rule";
import type { Observation, StepResult } from "@/lib/domain/alerting/state";
import type { Fleet } from "@/lib/features/rules/fleet";
import type { Runtime } from "@/lib/runtime";
import { aboutInstance, keyOfScope, keysToKnow, sharedScope } from "./about";
import { lockIncidents, openLedger, readKeys, readPictures } from "./circumstances";
import { consequencesOf } from "./consequences";
import type { Ledger } from "./ledger";
import type { Instance, LoadedRule } from "./rules";
import { type Company, findShared, JOINABLE, openerOf, sharedSince, type Won } from "./sharing";
import { announce, writeInstances, writeLedger } from "./write";

/** A step that changed something worth storing. */
export interface Change {
  loaded: LoadedRule;
  instance: Instance;
  observation: Observation;
  stepped: StepResult;
  nextAt: number | null;
  /** The value before, for the messages' small chart. */
  series?: { at: number; value: number | null }[];
  /** How the key stands, for the messages. */
  facts?: NonNullable<Notification["facts"]>;
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
  { db, serverId }: Pick<Runtime, "db" | "serverId">,
  fleet: Fleet,
  changes: readonly Change[],
  now: number,
): Promise<Persisted[]> {
  return transaction(db.pool, async (client) => {
    const rules = await lockRules(client, changes);
    const current = changes.filter(({ loaded, observation }) => {
      const row = rules.get(loaded.id);
      if (row === undefined) return false;
      return observation.vanished === undefined ? row.version === loaded.version && row.on : true;
    });
    const held = await unchanged(client, current);
    if (held.size === 0) return [];
    const channelIds = [...held.keys()].flatMap(({ loaded: { rule } }) => [
      ...rule.channels,
      ...rule.escalation.flatMap(({ channels }) => channels),
    ]);
    const ledger = await openLedger(client, channelIds, now);
    const persisted = await decide(client, ledger, fleet, held);
    ledger.schedule();
    await writeLedger(client, ledger);
    await writeInstances(client, persisted, now);
    await announce(client, ledger, persisted, serverId);
    return persisted;
  });
}

/** Changes in their order, each on what those before it came to. */
async function decide(
  client: pg.PoolClient,
  ledger: Ledger,
  fleet: Fleet,
  held: ReadonlyMap<Change, string | null>,
): Promise<Persisted[]> {
  const openable = await readOpen(client, ledger, fleet, held);
  const won: Won[] = [...held].map(([change, incidentId]) => ({
    change,
    open: ledger.incidents.get(incidentId ?? "") ?? null,
  }));
  const companies = companiesOf(won, openable, fleet);
  const membersOf = ({ loaded, instance }: Change) =>
    keyOfScope(instance.scopeKey) === null
      ? (fleet.members(loaded.rule.scope).get(instance.scopeKey) ?? [])
      : [];
  const keys = await readKeys(client, [
    ...won.map(({ change }) => keyOfScope(change.instance.scopeKey) ?? membersOf(change)[0] ?? 0),
    ...[...ledger.incidents.values()].flatMap((incident) => keysToKnow(incident, ledger.silences)),
  ]);
  const formers = await readFormers(client, won, companies);
  const shared = await findShared(client, ledger, companies, won, { keys, formers });
  await readPictures(client, ledger, [...ledger.incidents.keys()]);
  // The worst first: what several keys share is then told as bad as it is.
  const rank = ({ change }: Won) => severityRank(change.stepped.state.severity);
  return won
    .toSorted((a, b) => rank(b) - rank(a))
    .map(({ change, open }): Persisted => {
      const { loaded, instance, stepped, series, facts } = change;
      const members = membersOf(change);
      const incidentId = consequencesOf(
        stepped.effects,
        {
          of: loaded,
          scopeKey: instance.scopeKey,
          keyId: keyOfScope(instance.scopeKey),
          members: members.slice(0, MOST_MEMBERS),
          about: aboutInstance(loaded, instance.scopeKey, keys, members, { series, facts }),
          open: open?.id ?? null,
          former: formers.get(`${loaded.id} ${instance.scopeKey}`) ?? null,
          shared: shared.get(change) ?? null,
        },
        ledger,
      );
      return { change, version: instance.version + 1, incidentId };
    });
}

/** The changes' own open incidents into the ledger; gives those that others may join. */
async function readOpen(
  client: pg.PoolClient,
  ledger: Ledger,
  fleet: Fleet,
  held: ReadonlyMap<Change, string | null>,
): Promise<Won["open"][]> {
  const openers = [...held].flatMap(([change, id]) =>
    id === null ? (openerOf({ change, open: null }, fleet) ?? []) : [],
  );
  const ruleIds = new Set(
    [...held].flatMap(([change]) => (change.loaded.rule.scope.each === "key" ? [change.loaded.id] : [])),
  );
  const since = sharedSince(Math.min(ledger.now, ...openers.map(({ at }) => at)));
  const rows = await lockIncidents(client, `(id = ANY($1) AND state <> 'resolved') OR (${JOINABLE})`, [
    [...held.values()].filter((id) => id !== null),
    openers.length === 0 ? [] : [...ruleIds],
    since,
  ]);
  for (const row of rows) ledger.incidents.set(row.id, row);
  return rows;
}

/** Keys that begin to fire, with the open incidents of the same rule and provider. */
function companiesOf(won: readonly Won[], openable: readonly Won["open"][], fleet: Fleet): Company[] {
  const companies = new Map<string, Company>();
  for (const one of won) {
    const opener = openerOf(one, fleet);
    if (opener === null) continue;
    const { loaded } = one.change;
    const name = `${loaded.id} ${opener.provider}`;
    let company = companies.get(name);
    if (company === undefined) {
      const scopeKey = sharedScope(opener.provider);
      const near = openable.flatMap((row) => {
        if (row === null || row.rule_id !== loaded.id) return [];
        const fits =
          row.key_id === null
            ? row.scope_key === scopeKey
            : row.state === "firing" && fleet.keys.get(row.key_id)?.provider === opener.provider;
        return fits ? [row] : [];
      });
      company = { of: loaded, provider: opener.provider, openers: [], openable: near };
      companies.set(name, company);
    }
    company.openers.push({ ...opener, change: one.change });
  }
  return [...companies.values()];
}

/** What the former incident of the same thing knows of its changes, by rule and scope. */
async function readFormers(
  client: pg.PoolClient,
  won: readonly Won[],
  companies: readonly Company[],
): Promise<Map<string, Attention>> {
  const wanted = [
    ...won.flatMap(({ change: { loaded, instance, stepped }, open }) =>
      open === null && stepped.effects.length > 0 && loaded.rule.flapping !== null
        ? [{ rule_id: loaded.id, scope_key: instance.scopeKey }]
        : [],
    ),
    ...companies.map(({ of, provider }) => ({ rule_id: of.id, scope_key: sharedScope(provider) })),
  ];
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ rule_id: string; scope_key: string; attention: Attention }>(
    `SELECT wanted.rule_id, wanted.scope_key, former.attention
       FROM jsonb_to_recordset($1::jsonb) AS wanted(rule_id text, scope_key text),
            LATERAL (SELECT attention FROM incident i
                      WHERE i.rule_id = wanted.rule_id AND i.scope_key = wanted.scope_key
                      ORDER BY started_at DESC LIMIT 1) AS former`,
    [JSON.stringify(wanted)],
  );
  return new Map(rows.map(({ rule_id, scope_key, attention }) => [`${rule_id} ${scope_key}`, attention]));
}

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

/**
 * The changes whose instance is still at the version they were made from, with the instance's incident. Their rows stay
 * as they are until `writeInstances`: the lock on the rule keeps every other writer away, and each row is written once.
 */
async function unchanged(
  client: pg.PoolClient,
  changes: readonly Change[],
): Promise<Map<Change, string | null>> {
  if (changes.length === 0) return new Map();
  const { rows } = await client.query<{
    rule_id: string;
    scope_key: string;
    version: number;
    incident_id: string | null;
  }>(
    `SELECT i.rule_id, i.scope_key, i.version, i.incident_id
       FROM unnest($1::text[], $2::text[]) AS t(rule_id, scope_key) JOIN rule_instance i USING (rule_id, scope_key)
        FOR UPDATE OF i`,
    [changes.map(({ loaded }) => loaded.id), changes.map(({ instance }) => instance.scopeKey)],
  );
  const stored = new Map(rows.map((row) => [`${row.rule_id} ${row.scope_key}`, row]));
  return new Map(
    changes.flatMap((change): [Change, string | null][] => {
      const row = stored.get(`${change.loaded.id} ${change.instance.scopeKey}`);
      return (row?.version ?? 0) === change.instance.version ? [[change, row?.incident_id ?? null]] : [];
    }),
  );
}
