import { beforeEach, expect, test } from "vitest";
import { DELETE as deleteKeyRoute, GET as getKeyRoute } from "@/app/api/v1/keys/[id]/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createAnnotation } from "@/lib/features/annotations/commands";
import { deleteKey, updateKey } from "@/lib/features/keys/commands";
import { createLimit } from "@/lib/features/limits/commands";
import { createToken } from "@/lib/features/tokens/commands";
import { call } from "../support/call";
import { keysStage, RAW } from "../support/keys";

// A key goes with all that is stored of it, leaves everything else alone, and comes back as new.

const stage = keysStage();
const OTHER = "sk-live-9876543210zyxwvutsrqp0Ab";

beforeEach(() =>
  stage.runtime.db.pool.query("TRUNCATE annotation, incident, usage_breakdown, usage_seal CASCADE"),
);

const TABLES = [
  ...["usage_event", "usage_10s", "usage_minute", "usage_hour", "usage_breakdown", "usage_seal"],
  ...["key_status", "key_limit", "annotation", "incident", "api_key"],
];

/** Every table with a row about the key. */
async function tablesOf(id: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const { rows } = await stage.runtime.db.pool.query(
      `SELECT 1 FROM ${table} WHERE ${table === "api_key" ? "id" : "key_id"} = $1 LIMIT 1`,
      [id],
    );
    if (rows.length > 0) found.push(table);
  }
  return found;
}

/** A key with something in every table. */
async function furnish(): Promise<string> {
  const { pool } = stage.runtime.db;
  const past = Array.from({ length: 40 }, (_, i) => ({ status: 200, time: Date.now() - i * 17 * 3_600_000 }));
  const { id } = await stage.send(...past, { status: 200, key_name: "prod-chat", pool: "chat" });
  await createLimit({ actor: SYSTEM, keyId: id, input: { metric: "requests", amount: 5, window: "1h" } });
  await createAnnotation({
    actor: SYSTEM,
    input: { at: new Date().toISOString(), text: "Deployed", scope: { key: id } },
  });
  await updateKey({ actor: SYSTEM, id, input: { tags: { team: "search" } } });
  await pool.query(
    "INSERT INTO usage_breakdown (key_id, bucket, dimension, value_id, requests, input_tokens, output_tokens, cost_micros, latency) VALUES ($1, '2026-11-01', 1, 1, 1, 0, 0, 0, 0)",
    [id],
  );
  await pool.query(
    "INSERT INTO usage_seal (key_id, bucket, requests, addresses) VALUES ($1, '2026-11-01', 1, '{}')",
    [id],
  );
  await pool.query(
    `INSERT INTO incident (id, rule_id, rule_name, rule, scope_key, key_id, members, state, severity, started_at, updated_at)
     VALUES ('inc_1', 'rul', 'Rule', '{}', $2, $1, '{}', 'resolved', 'warning', now(), now())`,
    [id, `key:${id}`],
  );
  return id;
}

test("a key goes with its history, and incidents and other keys stay", async () => {
  const id = await furnish();
  expect(await tablesOf(id)).toEqual(TABLES);
  await stage.server.post([{ key: OTHER, provider: "openai", status: 200 }]);
  const { rows } = await stage.runtime.db.pool.query<{ id: string }>(
    "SELECT id::text FROM api_key WHERE id <> $1",
    [id],
  );
  const other = rows[0]?.id ?? "";
  const before = await tablesOf(other);

  const admin = (await createToken({ actor: SYSTEM, input: { name: "admin", role: "admin" } })).token;
  const remove = (token: string) => call(deleteKeyRoute, { token, method: "DELETE", params: { id } });
  expect((await remove(stage.token)).status).toBe(403);
  expect(await tablesOf(id)).toEqual(TABLES);
  expect((await remove(admin)).status).toBe(204);
  expect(await tablesOf(id)).toEqual(["incident"]);
  expect(await tablesOf(other)).toEqual(before);
  expect((await call(getKeyRoute, { token: admin, params: { id } })).status).toBe(404);
  expect((await remove(admin)).status).toBe(404);
  expect((await stage.list()).total).toBe(1);

  const { rows: entries } = await stage.runtime.db.pool.query(
    "SELECT actor_name, entity_id, changes FROM audit_entry WHERE action = 'key.delete'",
  );
  expect(entries).toEqual([
    {
      actor_name: "admin",
      entity_id: id,
      changes: { name: "prod-chat", provider: "openai", hint: "…q9Rk", pool: "chat", events: 41, limits: 1 },
    },
  ]);
});

test("used again it comes back as new", async () => {
  const id = await furnish();
  await deleteKey({ actor: SYSTEM, id });
  const again = await stage.send({ status: 200 });
  expect(again).toMatchObject({ id, name: null, pool: null, tags: {}, limits: [], state: "ok" });
  const { rows } = await stage.runtime.db.pool.query(
    "SELECT sum(requests)::int AS requests FROM usage_hour WHERE key_id = $1",
    [id],
  );
  expect(rows).toEqual([{ requests: 1 }]);
});

test("a key in use goes as well, and its tables agree afterwards", async () => {
  const { id } = await stage.send({ status: 200 });
  let sending = true;
  // A name that changes with every batch makes ingest store the key itself each time.
  const sender = (async () => {
    for (let batch = 0; sending; batch++) {
      const answer = await stage.server.post(
        Array.from({ length: 20 }, () => ({
          id: crypto.randomUUID(),
          key: RAW,
          key_name: `prod-${batch}`,
          provider: "openai",
          status: 200,
        })),
      );
      expect(answer.status).toBe(200);
    }
  })();
  for (let i = 0; i < 5; i++) {
    await deleteKey({ actor: SYSTEM, id }).catch((error) =>
      expect(error).toMatchObject({ code: "not_found" }),
    );
  }
  sending = false;
  await sender;
  await stage.send({ status: 200 });
  const { rows } = await stage.runtime.db.pool.query<{ events: number; tens: number; hours: number }>(
    `SELECT (SELECT count(*)::int FROM usage_event WHERE key_id = $1) AS events,
            (SELECT sum(requests)::int FROM usage_10s WHERE key_id = $1) AS tens,
            (SELECT sum(requests)::int FROM usage_hour WHERE key_id = $1) AS hours`,
    [id],
  );
  expect(rows[0]?.events).toBeGreaterThan(0);
  expect(rows).toEqual([{ events: rows[0]?.events, tens: rows[0]?.events, hours: rows[0]?.events }]);
});
