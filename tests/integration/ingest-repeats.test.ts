import { expect, test } from "vitest";
import { MINUTES } from "@/lib/db/tier-rows";
import { GAMMA, LAST_BIN } from "@/lib/domain/usage/histogram";
import { createIngest } from "@/lib/ingest/ingest";
import { listed } from "@/lib/ingest/records";
import { ingestStage } from "../support/ingest";
import { expectTiersEqualEvents } from "../support/load";

// Batches are written as if nothing in them was there before: what happens when something was.

const stage = ingestStage();
const NOW = Date.now();

const events = (count: number, from = 0, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({
    id: `event-${from + i}`,
    time: NOW - ((from + i) % 50) * 1_000,
    key: `sk-repeats-${(from + i) % 7}-abcdefgh`,
    status: 200,
    latency_ms: (from + i) * 3,
    ...more,
  }));

const post = async (batch: object[]) => (await stage.server.post(batch)).body;

test("a batch that comes again, whole or in part, counts once", async () => {
  expect(await post(events(200))).toMatchObject({ accepted: 200, duplicates: 0 });
  expect(await post(events(200))).toMatchObject({ accepted: 0, duplicates: 200 });
  expect(await post(events(200, 100))).toMatchObject({ accepted: 100, duplicates: 100 });
  expect(await post(events(1, 299))).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await post(events(50, 300))).toMatchObject({ accepted: 50, duplicates: 0 });
  expect(await stage.count("usage_event")).toBe(350);
  await expectTiersEqualEvents(stage.runtime.db.pool);
});

test("requests that share a flush each hear of their own duplicates", async () => {
  await post(events(10));
  const answers = await Promise.all([
    post(events(10)),
    post(events(10, 20)),
    post(events(10, 5)),
    post(events(5, 10)),
  ]);
  expect(answers.reduce((sum, { accepted = 0 }) => sum + accepted, 0)).toBe(15);
  expect(answers[0]).toMatchObject({ accepted: 0, duplicates: 10 });
  expect(answers[1]).toMatchObject({ accepted: 10, duplicates: 0 });
  await expectTiersEqualEvents(stage.runtime.db.pool);
});

test("events without a time, with and without duplicates, beside others", async () => {
  const untimed = events(10, 0, { time: undefined });
  expect(await post([...untimed, ...events(5, 50)])).toMatchObject({ accepted: 15 });
  expect(await post([...untimed, ...events(6, 50)])).toMatchObject({ accepted: 1, duplicates: 15 });
  await expectTiersEqualEvents(stage.runtime.db.pool);
});

test("two servers that get the same events at once store them once", async () => {
  const other = createIngest({ ...stage.runtime, serverId: "other" });
  const source = { id: stage.server.sourceId };
  const results = await Promise.all(
    Array.from({ length: 12 }, (_, i) => {
      const one = i % 2 === 0 ? stage.server.ingest : other;
      return one.accept(source, listed(events(400, 100 * Math.floor(i / 2))), null);
    }),
  );
  await other.close();
  expect(results.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(900);
  expect(await stage.count("usage_event")).toBe(900);
  await expectTiersEqualEvents(stage.runtime.db.pool);
});

test("late events, old events and an hour's edge go into the right rows of each tier", async () => {
  const hour = 3_600_000;
  const edge = Math.floor(NOW / hour) * hour;
  const times = [
    NOW,
    edge,
    edge - 1,
    edge - 10_000,
    NOW - 26 * hour,
    NOW - 5 * 24 * hour,
    NOW - 29 * 24 * hour,
  ];
  const batch = times.flatMap((time, i) => events(3, i * 3).map((event) => ({ ...event, time })));
  expect(await post(batch)).toMatchObject({ accepted: 21 });
  expect(await post(batch)).toMatchObject({ accepted: 0, duplicates: 21 });
  expect(await stage.count("usage_hour", "sum(requests)")).toBe(21);
  expect(await stage.count(MINUTES, "sum(requests)")).toBe(21);
  // Two days are kept in the finest tier.
  expect(await stage.count("usage_10s", "sum(requests)")).toBe(15);
});

test("a latency at the edge of a bin falls into the same one here and in the database", async () => {
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const around = Array.from({ length: LAST_BIN + 1 }, (_, bin) => {
    float[0] = GAMMA ** bin;
    const nearest = bits[0] ?? 0;
    return [-1, 0, 1].map((step) => {
      bits[0] = nearest + step;
      return float[0] ?? 0;
    });
  }).flat();
  const batch = events(around.length).map((event, i) => ({ ...event, latency_ms: around[i] }));
  expect(await post(batch)).toMatchObject({ accepted: around.length });
  await expectTiersEqualEvents(stage.runtime.db.pool);
});

test("of 10,000 calls of one key and millisecond some want one place, and each counts once", async () => {
  const at = { time: NOW, key: "sk-one-moment-abcdefgh", status: 200 };
  const all = Array.from({ length: 10_000 }, (_, i) => ({ ...at, id: `moment-${i}` }));
  expect(await post(all.slice(0, 5_000))).toMatchObject({ accepted: 5_000, duplicates: 0 });
  expect(await post(all)).toMatchObject({ accepted: 5_000, duplicates: 5_000 });
  expect(await post(all)).toMatchObject({ accepted: 0, duplicates: 10_000 });
  const { rows } = await stage.runtime.db.pool.query<{ moved: number }>(
    "SELECT count(*)::int4 AS moved FROM usage_event WHERE moment & 4194303 <> event_id & 4194303 AND event_id & 4194303 < 4194048",
  );
  expect(rows[0]?.moved).toBeGreaterThan(0);
  await expectTiersEqualEvents(stage.runtime.db.pool);
});
