import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SYSTEM } from "@/lib/domain/access/actor";
import { addSample } from "@/lib/domain/usage/histogram";
import { STEP_MS, STEP_TIER, type Step } from "@/lib/domain/usage/steps";
import { type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import { floorBucket } from "@/lib/domain/usage/window";
import { deleteKey } from "@/lib/features/keys/commands";
import { listKeys } from "@/lib/features/keys/queries";
import { allUse } from "@/lib/features/usage/all-use";
import { busiestKeys } from "@/lib/features/usage/busiest";
import { readBusiestKeys, readSeries, readTotals } from "@/lib/features/usage/totals";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let runtime: Runtime & { close(): Promise<void> };
let server: IngestServer;

beforeAll(() => setLogLevel("silent"));
beforeEach(async () => {
  runtime = await createRuntime();
  server = await startIngest(runtime);
  return async () => {
    await server.close();
    await runtime.close();
  };
});
afterAll(() => setLogLevel("info"));

const send = async (times: readonly number[], key = "sk-all-use") =>
  expect(
    (
      await server.post(
        times.map((time) => ({ key, provider: "openai", time, status: 200, input_tokens: 3 })),
      )
    ).body,
  ).toMatchObject({ accepted: times.length });

/** What is stored, read as a whole. */
async function stored(step: Step, from: number, to: number): Promise<Map<number, UsageTotals>> {
  const stepMs = STEP_MS[step];
  const on = { tier: STEP_TIER[step], stepMs, from: floorBucket(from, stepMs), to };
  return (await readSeries(runtime.db.pool, on)).get(null) ?? new Map();
}

test("kept buckets say what is stored, whatever comes late and in whatever order is read", {
  timeout: 120_000,
}, async () => {
  const now = Date.now();
  const ago = fc.integer({ min: 0, max: 150 * 6 }).map((tens) => now - tens * 10_000);
  const read = fc.record({
    step: fc.constantFrom<Step>("10s", "1m", "5m", "1h"),
    from: ago,
    length: fc.integer({ min: 0, max: 3 * HOUR }),
  });
  const history = fc.array(
    fc.oneof(
      fc.array(ago, { minLength: 1, maxLength: 4 }).map((times) => ({ send: times })),
      read.map((what) => ({ read: what })),
      // The read is under way while events are committed.
      fc
        .tuple(fc.array(ago, { minLength: 1, maxLength: 4 }), read)
        .map(([times, what]) => ({ send: times, read: what })),
    ),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      for (const { send: times, read: what } of steps as {
        send?: number[];
        read?: { step: Step; from: number; length: number };
      }[]) {
        const range = what === undefined ? null : { from: what.from, to: what.from + what.length };
        await Promise.all([
          times === undefined ? null : send(times),
          what === undefined || range === null ? null : allUse().series(what.step, range),
        ]);
        if (what === undefined || range === null) continue;
        expect(await allUse().series(what.step, range)).toEqual(
          await stored(what.step, range.from, range.to),
        );
      }
      const day = { from: floorBucket(now - 2 * HOUR, 10_000), to: floorBucket(now, 10_000) };
      const whole = (await readTotals(runtime.db.pool, day, now)).get(null) ?? { ...zeroTotals(), oldest: 0 };
      expect({ ...(await allUse().totals(day)), oldest: whole.oldest }).toEqual(whole);
    }),
    { numRuns: 25 },
  );
});

test("what is kept is not read again", async () => {
  const to = floorBucket(Date.now(), HOUR);
  const range = { from: to - 2 * HOUR, to };
  await send([to - MINUTE, to - 90 * MINUTE]);
  const first = await allUse().series("5m", range);
  expect([...first.keys()].sort()).toEqual([to - 90 * MINUTE, to - 5 * MINUTE]);
  // Behind its back: this is not how anything is written.
  await runtime.db.pool.query("DELETE FROM usage_10s");
  expect(await allUse().series("5m", range)).toEqual(first);
  // Only from the bucket on that something was added to.
  await send([to - 30 * MINUTE]);
  expect([...(await allUse().series("5m", range)).keys()].sort()).toEqual([
    to - 90 * MINUTE,
    to - 30 * MINUTE,
  ]);
});

test("another server's commits, and keys that are deleted, let go of everything", async () => {
  const to = floorBucket(Date.now(), HOUR);
  const range = { from: to - HOUR, to };
  const requests = async () => (await allUse().totals(range)).requests;
  await send([to - MINUTE]);
  await send([to - MINUTE], "sk-other");
  expect(await requests()).toBe(2);
  await runtime.db.pool.query("UPDATE usage_hour SET requests = requests + 1");
  expect(await requests()).toBe(2);
  runtime.committed.emit({ deltas: [], keyIds: [1] });
  expect(await requests()).toBe(4);
  const [key] = (await listKeys({})).data;
  await deleteKey({ actor: SYSTEM, id: key?.id ?? "" });
  expect(await requests()).toBe(2);
});

test("what was read while another server committed is not kept", async () => {
  const to = floorBucket(Date.now(), HOUR);
  const range = { from: to - HOUR, to };
  await send([to - MINUTE]);
  const reading = allUse().series("1h", range);
  runtime.committed.emit({ deltas: [], keyIds: "all" });
  await reading;
  await runtime.db.pool.query("UPDATE usage_hour SET requests = requests + 1");
  expect((await allUse().series("1h", range)).get(range.from)?.requests).toBe(2);
});

test("the busiest keys are those that are stored, whatever comes late and however much is under way", {
  timeout: 120_000,
}, async () => {
  const now = Date.now();
  const events = fc.array(
    fc.record({ key: fc.integer({ min: 1, max: 12 }), ago: fc.integer({ min: 0, max: 5 * HOUR }) }),
    { minLength: 1, maxLength: 12 },
  );
  const read = fc.record({
    hours: fc.integer({ min: 0, max: 6 }),
    until: fc.integer({ min: -1, max: 3 }),
    count: fc.integer({ min: 1, max: 5 }),
  });
  const history = fc.array(
    fc.oneof(
      events.map((send) => ({ send, read: null })),
      read.map((what) => ({ send: null, read: what })),
      // The read is under way while events are committed.
      fc.tuple(events, read).map(([send, what]) => ({ send, read: what })),
    ),
    { minLength: 2, maxLength: 10 },
  );
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      for (const { send: sent, read: what } of steps) {
        const to = floorBucket(now, HOUR) + HOUR * (1 - (what?.until ?? 0));
        const range = { from: to - HOUR * (what?.hours ?? 0), to };
        const ask = () => busiestKeys().of(range, what?.count ?? 1);
        await Promise.all([
          ...(sent ?? []).map(({ key, ago }) => send([now - ago], `sk-busy-${key}-raw`)),
          what === null ? null : ask(),
        ]);
        if (what === null) continue;
        const on = { tier: "hour" as const, ...range };
        const found = await ask();
        expect(found).toEqual(
          expect.arrayContaining(await readBusiestKeys(runtime.db.pool, on, {}, what.count)),
        );
        // Nothing is unsure of what was read while nothing was committed.
        if (steps.every(({ send, read }) => send === null || read === null))
          expect(found.length).toBeLessThanOrEqual(what.count);
      }
    }),
    { numRuns: 25 },
  );
});

test("who may have become the busiest stands with who was, until that is sure", async () => {
  const to = floorBucket(Date.now(), HOUR);
  const range = { from: to - HOUR, to };
  await send([to - MINUTE, to - MINUTE, to - MINUTE], "sk-busier");
  await send([to - MINUTE, to - MINUTE], "sk-less-busy");
  const names = new Map((await listKeys({})).data.map(({ id, hint }) => [Number(id), hint]));
  const ask = async () => (await busiestKeys().of(range, 1)).map((id) => names.get(id)).sort();
  const [busier, other] = [...names.values()].toSorted(
    (a, b) => Number(b.endsWith("sier")) - Number(a.endsWith("sier")),
  );
  expect(await ask()).toEqual([busier]);
  const id = [...names].find(([, hint]) => hint === other)?.[0] ?? 0;
  const commit = (begunAt: number) => {
    const nothing = { outcomes: [2], inputTokens: 0, outputTokens: 0, costMicros: 0 };
    const delta = { keyId: id, bucket: to - MINUTE, requests: 2, ...nothing };
    runtime.committed.emit({ deltas: [delta], keyIds: [id], begunAt });
  };
  // It began before the hour was read, which may have seen it.
  commit(0);
  expect(await ask()).toEqual([busier, other].sort());
  commit(performance.now());
  expect(await ask()).toEqual([other]);
});

test("a series ends where its range does, whether its last hour is added up or has the rest taken away", async () => {
  // Late in an hour, whatever the clock shows.
  const now = floorBucket(Date.now(), HOUR) - 20 * MINUTE;
  const tens = fc.integer({ min: -6 * 6, max: 120 * 6 }).map((n) => now - n * 10_000);
  // Rows with few latencies keep them otherwise than rows with many.
  const events = fc
    .record({
      time: tens,
      consumer: fc.constantFrom("a", "b"),
      latency_ms: fc.integer({ min: 1, max: 60_000 }),
      count: fc.constantFrom(1, 40),
    })
    .map(({ count, ...event }) => Array.from({ length: count }, () => event));
  await fc.assert(
    fc.asyncProperty(
      fc.array(events, { minLength: 1, maxLength: 8 }).map((lists) => lists.flat()),
      fc.record({ step: fc.constantFrom<Step>("1m", "5m", "1h", "1d"), to: tens }),
      async (events, { step, to }) => {
        await runtime.db.pool.query("TRUNCATE usage_event, usage_10s, usage_minute, usage_hour");
        await server.post(
          events.map((event) => ({ key: "sk-series", provider: "openai", input_tokens: 3, ...event })),
        );
        const stepMs = STEP_MS[step];
        const from = floorBucket(now - 3 * HOUR, stepMs);
        const on = { tier: STEP_TIER[step], stepMs, from, to, now };
        const counted = new Map<number, UsageTotals>();
        for (const { time, latency_ms } of events.filter(({ time }) => time < to)) {
          const bucket = floorBucket(time, stepMs);
          const totals = counted.get(bucket) ?? zeroTotals();
          counted.set(bucket, totals);
          totals.requests += 1;
          totals.outcomes[0] = totals.requests;
          totals.inputTokens += 3;
          addSample(totals.latency, latency_ms);
        }
        for (const latency of [false, true]) {
          const points = (await readSeries(runtime.db.pool, on, { latency })).get(null) ?? new Map();
          const expected = latency
            ? counted
            : new Map([...counted].map(([at, totals]) => [at, { ...totals, latency: [] }]));
          expect(points).toEqual(expected);
        }
      },
    ),
    { numRuns: 25 },
  );
});
