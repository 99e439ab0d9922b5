import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import { createDatabase } from "../support/database";
import { postEvents } from "../support/ingest";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "../support/load";
import { startProxy, type TcpProxy } from "../support/proxy";
import {
  createInstallation,
  defaultSource,
  type Installation,
  type ServerProcess,
  startServer,
  INGEST_TOKEN as token,
} from "../support/server";

/** Longer than a token is remembered, than a connection is waited for, and than most senders wait for an answer. */
const OUTAGE_MS = 31_000;

let database: Awaited<ReturnType<typeof createDatabase>>;
let proxy: TcpProxy;
let installation: Installation;
let server: ServerProcess;

beforeAll(async () => {
  database = await createDatabase();
  proxy = await startProxy(database.url);
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir, env: { DATABASE_URL: proxy.url } });
});

afterAll(async () => {
  await server?.stop();
  await installation?.remove();
  await proxy?.close();
  await database?.drop();
});

test("Postgres gone for half a minute: a clear refusal meanwhile, nothing lost or doubled after", async () => {
  const load = startLoad({ url: server.url, token, seed: "half-a-minute" });
  await load.acknowledged(1_000);
  await proxy.cut();
  const gone = pause(OUTAGE_MS);

  await expect.poll(() => load.totals.trouble, { timeout: 20_000 }).toBe("HTTP 503");
  const acknowledged = load.totals.accepted;
  const refused = await postEvents(server.url, [{ key: "sk-gone-abcdefghijkl" }], { token });
  expect(refused).toMatchObject({ status: 503, body: { detail: "The database does not answer." } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  await gone;
  expect(load.totals.accepted).toBe(acknowledged);
  expect(server.end).toBeUndefined();

  await proxy.restore();
  await load.acknowledged(1_000);
  await load.finish();
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(load.totals).toMatchObject({ waiting: 0, rejected: 0, lost: 0 });
  const pool = createPool(database.url, { max: 1 });
  try {
    await expectExactlyOnce(pool, await defaultSource(pool), load.ids);
    await expectTiersEqualEvents(pool);
  } finally {
    await pool.end();
  }
}, 120_000);
