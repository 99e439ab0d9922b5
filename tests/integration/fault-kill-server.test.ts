import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import { createRandom } from "@/lib/domain/simulation/random";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "../support/load";
import {
  createInstallation,
  defaultSource,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

const SEED = "kill-server";
const KILLS = 10;

let installation: Installation;
let server: ServerProcess;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir });
});

afterAll(async () => {
  await server?.kill();
  await installation?.remove();
});

test("nothing acknowledged is lost or doubled when the server is killed under load", async () => {
  const random = createRandom(SEED);
  const { dataDir } = installation;
  const { port } = server;
  const load = startLoad({ url: server.url, token: INGEST_TOKEN, seed: SEED, batch: 900 });
  for (let kill = 0; kill < KILLS; kill++) {
    await load.acknowledged(1 + random.integer(6_000));
    // A moment of its own: right after an answer, the next flush has always just begun.
    await pause(random.integer(40));
    await server.kill();
    server = await startServer({ dataDir, port });
  }
  await load.acknowledged(500);
  await load.finish();

  expect(load.totals.rejected).toBe(0);
  expect(load.totals.retries).toBeGreaterThanOrEqual(KILLS);
  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  try {
    await expectExactlyOnce(pool, await defaultSource(pool), load.ids);
    await expectTiersEqualEvents(pool);
  } finally {
    await pool.end();
  }
}, 120_000);
