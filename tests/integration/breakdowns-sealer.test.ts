import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { setLogLevel } from "@/lib/log";
import { Sealer } from "@/lib/worker/sealer";
import { seal } from "@/lib/worker/sealing/seal";
import { breakdownStage, events, NOW, START } from "../support/breakdowns";

setLogLevel("silent");
const stage = breakdownStage();
const { post, sealAll, table } = stage;

describe("the sealer", () => {
  const one = { key: "sk-a", time: START, model: "m1" };
  const seals = () => stage.count("usage_seal", "coalesce(sum(requests), 0)");

  test("leaves hours that have not ended, and seals what it saw touched once it rests", async () => {
    let now = START + 30 * MINUTE;
    const sealer = new Sealer(stage.runtime, () => now);
    const stop = stage.runtime.committed.subscribe(({ deltas }) => {
      for (const { keyId, bucket } of deltas) sealer.touch(keyId, bucket);
    });
    await post([one]);
    // The first sweep finds nothing to do, and no other is due before the test ends.
    while ((await sealer.work()) === 0);
    expect(await seals()).toBe(0);
    now = START + HOUR + 29_000;
    while ((await sealer.work()) === 0);
    expect(await seals()).toBe(0);
    now = START + HOUR + 30_000;
    await sealer.work();
    expect(await seals()).toBe(1);
    // A straggler.
    await post([one]);
    await sealer.work();
    expect(await seals()).toBe(1);
    now += 30_000;
    await sealer.work();
    expect(await seals()).toBe(2);
    stop();
  });

  test("finds by sweeping what it did not see, also behind a late event of long ago", async () => {
    const late = { ...one, time: START - 20 * DAY };
    await post([one, late]);
    await sealAll();
    expect(await seals()).toBe(2);
    await post([late]);
    await sealAll();
    expect(await seals()).toBe(3);
  });

  test("gives the same whoever seals, and however often", async () => {
    const sent = fc.sample(events, 3).flat();
    await post(sent);
    await sealAll();
    const first = await table("usage_breakdown");
    const { rows: hours } = await stage.runtime.db.pool.query<{ keyId: number; bucket: number }>(
      'SELECT key_id AS "keyId", bucket FROM usage_seal',
    );
    const { pool } = stage.runtime.db;
    await Promise.all([seal(pool, hours), seal(pool, hours.toReversed()), seal(pool, hours)]);
    expect(await table("usage_breakdown")).toEqual(first);
    await pool.query("TRUNCATE usage_breakdown, usage_seal");
    await Promise.all([sealAll(), sealAll()]);
    expect(await table("usage_breakdown")).toEqual(first);
  });

  test("goes on after a failure, and looks through everything again", async () => {
    const { pool } = stage.runtime.db;
    await post([one]);
    const sealer = new Sealer(stage.runtime, () => NOW);
    await pool.query("ALTER TABLE usage_seal RENAME TO elsewhere");
    await sealer.work();
    await pool.query("ALTER TABLE elsewhere RENAME TO usage_seal");
    while ((await sealer.work()) === 0);
    expect(await seals()).toBe(1);
  });
});
