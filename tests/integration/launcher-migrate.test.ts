import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { readDetail } from "@/lib/domain/usage/detail";
import { MOMENT_REACH, momentOf } from "@/lib/domain/usage/moment";
import { migrate, migrationState } from "@/lib/server/migrate/migrate";
import { migrationNames } from "@/lib/server/migrate/names";
import { projectRoot } from "@/lib/server/root";

const SHIPPED = join(projectRoot(), "prisma", "migrations");
let admin: pg.Client;
let url: string;
let dir: string;

beforeAll(async () => {
  const address = new URL(inject("postgresTemplateUrl"));
  address.pathname = "/postgres";
  admin = new pg.Client({ connectionString: address.href });
  await admin.connect();
});
afterAll(() => admin.end());

/** Each test has an empty database and a copy of the migrations that it may change. */
beforeEach(async () => {
  const address = new URL(inject("postgresTemplateUrl"));
  address.pathname = `/m_${randomBytes(6).toString("hex")}`;
  await admin.query(`CREATE DATABASE "${address.pathname.slice(1)}"`);
  url = address.href;
  dir = mkdtempSync(join(tmpdir(), "keygauge-migrations-"));
  cpSync(SHIPPED, dir, { recursive: true });
});
afterEach(async () => {
  await admin.query(`DROP DATABASE "${new URL(url).pathname.slice(1)}" WITH (FORCE)`);
  rmSync(dir, { recursive: true, force: true });
});

function addMigration(name: string, sql: string): void {
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, "migration.sql"), sql);
}

async function state() {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await migrationState(client, dir);
  } finally {
    await client.end();
  }
}

const runner = join(projectRoot(), "dist", "migrate.mjs");

test("an empty database gets all migrations, once", async () => {
  const names = migrationNames(dir);
  expect((await state()).pending).toEqual(names);
  expect(await migrate(url, { dir, runner })).toEqual(names);
  expect(await migrate(url, { dir, runner })).toEqual([]);
  expect(await state()).toEqual({ pending: [], failed: [], unknown: [] });
});

test("servers that start at once all find the database migrated, by one of them", async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, { dir, runner })));
  expect(applied.flat().sort()).toEqual(migrationNames(dir));
});

test("a later version's migration is applied on top", async () => {
  await migrate(url, { dir, runner });
  addMigration("20991231000000_later", "CREATE TABLE later (n int);");
  expect(await migrate(url, { dir, runner })).toEqual(["20991231000000_later"]);
});

test("a database of a newer version is refused in one line", async () => {
  addMigration("20991231000000_later", "CREATE TABLE later (n int);");
  await migrate(url, { dir, runner });
  await expect(migrate(url, { dir: SHIPPED, runner })).rejects.toThrow(
    /migrated by a newer Keygauge \(20991231000000_later\)/,
  );
});

test("a migration that fails is explained, and keeps the next start from going on", async () => {
  addMigration("20991231000000_broken", "CREATE TABLE fine (n int); SELECT no_such_function();");
  await expect(migrate(url, { dir, runner })).rejects.toThrow(/no_such_function/);
  await expect(migrate(url, { dir, runner })).rejects.toThrow(/failed half-way.*20991231000000_broken/);
  expect((await state()).failed).toEqual(["20991231000000_broken"]);
});

test("events of earlier versions are kept, those of one key and millisecond apart", async () => {
  const later = migrationNames(dir).filter((name) => name >= "20261126121000");
  for (const name of later) rmSync(join(dir, name), { recursive: true });
  await migrate(url, { dir, runner });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      CREATE TABLE usage_event_p20261120 PARTITION OF usage_event FOR VALUES FROM ('2026-11-20T00:00:00Z') TO ('2026-11-21T00:00:00Z');
      CREATE TABLE usage_event_p20261121 PARTITION OF usage_event FOR VALUES FROM ('2026-11-21T00:00:00Z') TO ('2026-11-22T00:00:00Z');
      INSERT INTO usage_event (key_id, occurred_at, event_id, cost_micros, source_id, consumer_id, agent_id, ttft_ms, status,
                               outcome, stream, tags, ratelimit)
      SELECT 7, '2026-11-20T23:59:59.999Z', n << 22, 12, 1, 0, 104, 480.3, 200, 0, true, '{"env":"prod"}', '[["requests",5]]'
        FROM generate_series(-2, 2) AS n;
      INSERT INTO usage_event (key_id, occurred_at, event_id, source_id, consumer_id, outcome)
      SELECT 7, '2026-11-21T12:00:00.001Z', id, 1, 0, 1 FROM unnest(ARRAY[-1, 4194302, 4194047]) AS id`);
    for (const name of later) cpSync(join(SHIPPED, name), join(dir, name), { recursive: true });
    expect(await migrate(url, { dir, runner })).toEqual(later);
    const { rows } = await client.query(
      "SELECT (extract(epoch FROM event_at(moment)) * 1000)::text AS at, moment::text, event_id::text AS id, tags, detail FROM usage_event ORDER BY moment",
    );
    const [edge, noon] = [Date.UTC(2026, 10, 20, 23, 59, 59, 999), Date.UTC(2026, 10, 21, 12, 0, 0, 1)];
    expect(rows.map(({ at }) => Number(at))).toEqual([edge, edge, edge, edge, edge, noon, noon, noon]);
    // Each stands where an event with this id that came again would be looked for.
    for (const { at, id, moment } of rows) {
      const moved = BigInt(moment) - momentOf(Number(at), BigInt(id));
      expect(moved >= 0n && moved < MOMENT_REACH, `${id} moved by ${moved}`).toBe(true);
    }
    expect(JSON.parse(rows[0].tags)).toEqual({ env: "prod" });
    expect(readDetail(rows[0].detail)).toMatchObject({
      ...{ agentId: 104, ttftMs: 480.3, stream: true, attempt: null },
      ratelimit: [{ name: "requests", limit: 5 }],
    });
  } finally {
    await client.end();
  }
});
