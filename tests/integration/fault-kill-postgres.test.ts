import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createPool } from "@/lib/db/pool";
import { createRandom } from "@/lib/domain/simulation/random";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "../support/load";
import { childrenOf } from "../support/processes";
import {
  createInstallation,
  defaultSource,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

const SEED = "kill-postgres";
const KILLS = 10;

let installation: Installation;
let server: ServerProcess;

beforeAll(async () => {
  installation = createInstallation();
  server = await startServer({ dataDir: installation.dataDir });
});

afterAll(async () => {
  await server?.stop();
  await installation?.remove();
});

/** The whole of it at once, so that no backend lives to commit what it was doing. */
function killPostgres(postmaster: number): void {
  for (const pid of [postmaster, ...childrenOf(postmaster)]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // A backend that ended by itself in the meantime.
    }
  }
}

/** The postmaster, once there is one that was not killed. */
async function running(killed: ReadonlySet<number>): Promise<number> {
  return vi.waitFor(
    () => {
      const pid = installation.postgresPid();
      if (pid === undefined || killed.has(pid)) throw new Error("Postgres was not started again");
      return pid;
    },
    { timeout: 30_000, interval: 20 },
  );
}

test("nothing acknowledged is lost or doubled when Postgres is killed under load", async () => {
  const random = createRandom(SEED);
  const load = startLoad({ url: server.url, token: INGEST_TOKEN, seed: SEED, batch: 900 });
  const killed = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const postmaster = await running(killed);
    await load.acknowledged(1 + random.integer(6_000));
    await pause(random.integer(40));
    killPostgres(postmaster);
    killed.add(postmaster);
  }
  await load.acknowledged(500);
  await load.finish();

  await running(killed);
  expect(load.totals.rejected).toBe(0);
  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  try {
    await expectExactlyOnce(pool, await defaultSource(pool), load.ids);
    await expectTiersEqualEvents(pool);
  } finally {
    await pool.end();
  }
}, 120_000);
