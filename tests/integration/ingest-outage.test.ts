import { afterAll, beforeAll, expect, test } from "vitest";
import { maintainPartitions } from "@/lib/db/partitions";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { migrate } from "@/lib/server/migrate/migrate";
import { type EmbeddedPostgres, startPostgres } from "@/lib/server/postgres/postgres";
import { runtimeOn } from "../support/database";
import { createSourceRow, type IngestServer, startIngest } from "../support/ingest";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "../support/load";
import { createInstallation, type Installation } from "../support/server";

let installation: Installation;
let postgres: EmbeddedPostgres;
let runtime: Runtime;
let server: IngestServer;

beforeAll(async () => {
  setLogLevel("silent");
  installation = createInstallation();
  postgres = await startPostgres({ dataDir: installation.dataDir });
  await migrate(postgres.url);
  runtime = runtimeOn(postgres.url);
  await maintainPartitions(runtime.db.pool, Date.now(), runtime.settings.retentionEventsDays);
  server = await startIngest(runtime);
});

afterAll(async () => {
  await server?.close();
  await runtime?.db.close();
  await postgres?.stop();
  await installation?.remove();
});

const events = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `outage-${from + i}`,
    key: "sk-outage-abcdefghijkl",
    status: 200,
  }));

test("without Postgres the answer is 503 and nothing is stored; with it back, all is stored once", async () => {
  const stranger = await createSourceRow(runtime, 7002, "second gateway");
  expect(await server.post(events(0, 3))).toMatchObject({ status: 200, body: { accepted: 3 } });

  await postgres.stop();
  const refused = await server.post(events(3, 3));
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.body.detail).toEqual(expect.any(String));
  // A token that is not cached cannot be checked: that is no reason to call it unknown.
  const unchecked = await server.post(events(3, 1), { token: stranger });
  expect(unchecked.status).toBe(503);
  expect(Number(unchecked.headers.get("retry-after"))).toBeGreaterThan(0);

  postgres = await startPostgres({ dataDir: installation.dataDir });
  const { rows } = await runtime.db.pool.query<{ n: number }>("SELECT count(*)::int8 AS n FROM usage_event");
  expect(rows[0]?.n).toBe(3);
  expect(await server.post(events(3, 3))).toMatchObject({
    status: 200,
    body: { accepted: 3, duplicates: 0 },
  });
  expect(await server.post(events(0, 6))).toMatchObject({
    status: 200,
    body: { accepted: 0, duplicates: 6 },
  });
  await expectTiersEqualEvents(runtime.db.pool);
  await runtime.db.pool.query("TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt");
});

test("a table that finds no room is answered at once, and nothing of the request is stored", async () => {
  await runtime.db.pool.query(`
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON usage_hour FOR EACH ROW EXECUTE FUNCTION no_room()`);
  const refused = await server.post(events(100, 3));
  expect(refused).toMatchObject({ status: 503, body: { detail: "The database's disk is full." } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await runtime.db.pool.query("DROP FUNCTION no_room CASCADE");
  expect(await server.post(events(100, 3))).toMatchObject({ body: { accepted: 3, duplicates: 0 } });
  await runtime.db.pool.query("TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt");
});

test("clients that retry through stops of Postgres lose nothing and double nothing", async () => {
  const load = startLoad({ url: server.url, token: server.token, seed: "outage" });
  for (let round = 0; round < 3; round++) {
    await load.acknowledged(500);
    await postgres.stop();
    const retries = load.totals.retries;
    await expect.poll(() => load.totals.retries, { timeout: 20_000, interval: 20 }).toBeGreaterThan(retries);
    postgres = await startPostgres({ dataDir: installation.dataDir });
  }
  await load.acknowledged(500);
  await load.finish();
  expect(load.totals.rejected).toBe(0);
  await expectExactlyOnce(runtime.db.pool, server.sourceId, load.ids);
  await expectTiersEqualEvents(runtime.db.pool);
}, 60_000);
