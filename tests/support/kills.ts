import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { createPool } from "@/lib/db/pool";
import { createRandom } from "@/lib/domain/simulation/random";
import { expectExactlyOnce, expectTiersEqualEvents, startLoad } from "./load";
import { defaultSource, INGEST_TOKEN, type Installation } from "./server";

/** How often each victim is killed. */
export const KILLS = 50;

export interface KillOptions {
  installation: Installation;
  url: string;
  seed: string;
  /** Ends the victim with SIGKILL and sees to it that it comes back; called at a random moment under load. */
  kill(): Promise<void>;
}

/**
 * Kills at random moments while clients post and retry, then asserts that every event is stored exactly once, that all
 * were acknowledged, and that every tier equals the events.
 */
export async function expectNothingLost({ installation, url, seed, kill }: KillOptions): Promise<void> {
  const random = createRandom(seed);
  const load = startLoad({ url, token: INGEST_TOKEN, seed, batch: 900 });
  for (let kills = 0; kills < KILLS; kills++) {
    await load.acknowledged(1 + random.integer(2_500));
    // A moment of its own: right after an answer, the next flush has always just begun.
    await pause(random.integer(40));
    await kill();
  }
  await load.acknowledged(500);
  await load.finish();

  expect(load.totals).toMatchObject({ waiting: 0, rejected: 0, lost: 0 });
  expect(load.totals.accepted + load.totals.duplicates).toBe(load.ids.length);
  expect(load.totals.retries).toBeGreaterThanOrEqual(KILLS);
  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  try {
    await expectExactlyOnce(pool, await defaultSource(pool), load.ids);
    await expectTiersEqualEvents(pool);
  } finally {
    await pool.end();
  }
}
