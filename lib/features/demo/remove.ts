import { SYSTEM } from "@/lib/domain/access/actor";
import { marked } from "@/lib/domain/simulation/demo";
import { runtime } from "@/lib/runtime";
import { announce, recordChange, write } from "../command";
import { purgeKeys } from "../keys/purge";
import { DEMO, demoKeys } from "./queries";
import type { StoredDemo } from "./schemas";

const INCIDENTS_AT_ONCE = 100;

/**
 * Deletes everything of the demo traffic that was switched off: its source first, so that nothing comes after, then usage,
 * incidents, silences and keys. When it breaks off, the next call goes on.
 */
export async function removeDemo(stored: StoredDemo, signal: AbortSignal): Promise<void> {
  const { pool, prisma } = runtime().db;
  const keys = demoKeys();
  const ids = keys.map(({ id }) => id);
  await prisma.source.deleteMany({ where: { id: stored.source } });
  runtime().changed.emit({ entity: "source", id: String(stored.source) });

  const providers = [...new Set(keys.map(({ provider }) => provider))];
  const { rows: pools } = await pool.query<{ id: string }>("SELECT id FROM pool WHERE provider = ANY($1)", [
    providers,
  ]);
  const scopes = [
    ...ids.map((id) => `key:${id}`),
    ...providers.flatMap((provider) => [`provider:${provider}`, `keys:${provider}`]),
    ...pools.map(({ id }) => `pool:${id}`),
  ];
  const events = await purgeKeys(pool, ids, signal);
  const about = `(scope_key = ANY($1) OR scope_key LIKE 'consumer:${marked("")}%')`;
  const { rows: rules } = await pool.query<{ id: string }>(
    `WITH gone AS (DELETE FROM rule_instance WHERE ${about} RETURNING rule_id) SELECT DISTINCT rule_id AS id FROM gone`,
    [scopes],
  );
  let incidents = 0;
  for (;;) {
    signal.throwIfAborted();
    const { rowCount } = await pool.query(
      `DELETE FROM incident WHERE id IN (
         SELECT id FROM incident WHERE ${about} OR (members <> '{}' AND members <@ $2::int8[]) LIMIT ${INCIDENTS_AT_ONCE})`,
      [scopes, ids],
    );
    incidents += rowCount ?? 0;
    if ((rowCount ?? 0) < INCIDENTS_AT_ONCE) break;
  }
  await pool.query(`DELETE FROM transition WHERE ${about}`, [scopes]);
  await pool.query("DELETE FROM pool WHERE provider = ANY($1)", [providers]);
  await write(async (tx) => {
    await tx.silence.deleteMany({ where: { id: { in: stored.silences } } });
    await tx.setting.deleteMany({ where: { name: DEMO } });
    for (const id of ids) await announce(tx, "key", String(id));
    for (const { id } of rules) await announce(tx, "rule", id);
    for (const entity of ["incident", "silence"]) await announce(tx, entity, "all");
    await announce(tx, "source", String(stored.source));
    await recordChange(tx, SYSTEM, {
      action: "demo_traffic.delete",
      entity: "setting",
      entityId: DEMO,
      changes: { keys: ids.length, events, incidents },
    });
  });
}
