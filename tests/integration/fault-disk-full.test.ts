import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import { postEvents } from "../support/ingest";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "../support/load";
import {
  createInstallation,
  defaultSource,
  type Installation,
  type ServerProcess,
  startServer,
  INGEST_TOKEN as token,
} from "../support/server";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk";

/** A new cluster takes about 75 MiB. */
const DISK_MIB = 320;

let installation: Installation;
let disk: SmallDisk;
let server: ServerProcess;
let pool: pg.Pool;

beforeAll(async () => {
  installation = createInstallation();
  disk = mountSmallDisk(installation.dataDir, DISK_MIB);
  server = await startServer({ dataDir: installation.dataDir });
  pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
});

afterAll(async () => {
  await pool?.end();
  disk?.free();
  await server?.stop();
  disk?.unmount();
  await installation?.remove();
});

/** The table may be the first that cannot grow, or WAL, which ends Postgres: either is said. */
async function expectRefused(events: readonly object[]): Promise<void> {
  const answer = await postEvents(server.url, events, { token });
  expect(answer.status).toBe(503);
  expect(answer.body.detail).toMatch(/^The database('s disk is full| does not answer)\.$/);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(server.end).toBeUndefined();
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
}

/**
 * Asks for new WAL until there is no room for it, which Postgres does not survive. An error that it does survive is of
 * something else that could not grow.
 */
async function panic(): Promise<void> {
  for (;;) {
    try {
      await pool.query("INSERT INTO wal VALUES (1)");
      await pool.query("SELECT pg_switch_wal()");
    } catch (error) {
      if (!(error instanceof Error && "severity" in error && error.severity === "ERROR")) return;
    }
  }
}

test("a full disk is answered with 503 and loses nothing; with room again all goes on by itself", async () => {
  const before = startLoad({ url: server.url, token, seed: "room" });
  await before.acknowledged(2_000);
  await before.finish();
  const ids = Array.from({ length: 10_000 }, (_, i) => `full-${i}`);
  const batch = ids.map((id) => ({ id, key: "sk-full-abcdefghijkl", model: "gpt-5", status: 200 }));

  // With a page of its own, so that its rows need no room.
  await pool.query("CREATE TABLE wal (n int8); INSERT INTO wal VALUES (0)");
  disk.fill();
  await expectRefused(batch);

  const load = startLoad({ url: server.url, token, seed: "no-room" });
  await panic();
  await expect.poll(() => load.totals.trouble, { timeout: 30_000 }).toBe("HTTP 503");
  await expect.poll(() => installation.postgresPid(), { timeout: 30_000 }).toBeUndefined();
  await expectRefused(batch);

  disk.free();
  await load.acknowledged(2_000);
  await load.finish();
  const taken = await postEvents(server.url, batch, { token });
  expect(taken).toMatchObject({ status: 200, body: { accepted: 10_000, duplicates: 0 } });
  expect(load.totals).toMatchObject({ waiting: 0, rejected: 0, lost: 0 });
  await expectExactlyOnce(pool, await defaultSource(pool), [...before.ids, ...load.ids, ...ids]);
  await expectTiersEqualEvents(pool);
}, 120_000);
