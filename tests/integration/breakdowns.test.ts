import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { outcomeOfStatus } from "@/lib/domain/usage/outcome";
import { STEP_MS } from "@/lib/domain/usage/steps";
import { getUsage } from "@/lib/features/usage/series";
import { setLogLevel } from "@/lib/log";
import { Sealer } from "@/lib/worker/sealer";
import { seal } from "@/lib/worker/sealing/seal";
import { ingestStage } from "../support/ingest";

setLogLevel("silent");
const stage = ingestStage();

/** A whole hour: all that the tests send happened in the three hours from here, or is late. */
const START = Math.floor(Date.now() / HOUR) * HOUR - 4 * HOUR;
const NOW = START + 4 * HOUR + 10 * MINUTE;

interface Sent {
  time: number;
  key: string;
  model?: string | undefined;
  route?: string | undefined;
  status?: number | undefined;
  client_ip?: string | undefined;
  input_tokens?: number | undefined;
  latency_ms?: number | undefined;
}
const FIELDS = ["model", "route", "status", "outcome", "client_ip"] as const;
type Field = (typeof FIELDS)[number];

const post = async (events: readonly Sent[]) => {
  const answer = await stage.server.post(events);
  expect(answer).toMatchObject({ status: 200, body: { accepted: events.length } });
};

/** Seals all that can be sealed. */
async function sealAll(now = NOW): Promise<void> {
  const sealer = new Sealer(stage.runtime, () => now);
  while ((await sealer.work()) === 0);
}

/** Values that are not 0, by metric, group and instant. */
async function usage(query: Record<string, unknown>, now = NOW): Promise<Record<string, number>> {
  const { series } = await getUsage(query, now);
  return Object.fromEntries(
    series.flatMap(({ metric, group, points }) =>
      points.flatMap(([at, value]) => (value ? [[`${metric} ${group} ${at - START}`, value] as const] : [])),
    ),
  );
}

const groupOf = (event: Sent, field: Field): string | null => {
  if (field === "outcome") return outcomeOfStatus(event.status);
  const value = event[field];
  return value === undefined ? null : String(value);
};

interface Asked {
  from: number;
  to: number;
  step: "1h" | "1d";
}

/** What the answer must be, counted from what was sent. */
function counted(events: readonly Sent[], { from, to, step }: Asked, field: Field): Record<string, number> {
  const size = STEP_MS[step];
  const sums: Record<string, number> = {};
  const add = (name: string, amount: number) => {
    if (amount > 0) sums[name] = (sums[name] ?? 0) + amount;
  };
  for (const event of events) {
    if (event.time < Math.floor(from / size) * size || event.time >= to) continue;
    const point = `${groupOf(event, field)} ${Math.floor(event.time / size) * size - START}`;
    add(`requests ${point}`, 1);
    add(`input_tokens ${point}`, event.input_tokens ?? 0);
    add(`errors ${point}`, outcomeOfStatus(event.status) === "success" ? 0 : 1);
  }
  return sums;
}

function countedAddresses(events: readonly Sent[], { from, to, step }: Asked): Record<string, number> {
  const size = STEP_MS[step];
  const addresses = new Map<string, Set<string>>();
  for (const { time, client_ip } of events) {
    if (client_ip === undefined || time < Math.floor(from / size) * size || time >= to) continue;
    const point = `distinct_ips null ${Math.floor(time / size) * size - START}`;
    addresses.set(point, (addresses.get(point) ?? new Set()).add(client_ip));
  }
  return Object.fromEntries([...addresses].map(([point, set]) => [point, set.size]));
}

const RANGES: Asked[] = [
  { from: START, to: START + 3 * HOUR, step: "1h" },
  { from: START + 20 * MINUTE, to: START + 2 * HOUR + 30 * MINUTE, step: "1h" },
  { from: START - 2 * DAY, to: NOW, step: "1d" },
];
const METRICS = ["requests", "input_tokens", "errors"];

async function expectAsCounted(events: readonly Sent[], ranges: readonly Asked[] = RANGES): Promise<void> {
  for (const range of ranges) {
    const asked = { from: String(range.from), to: String(range.to), step: range.step };
    for (const group_by of FIELDS) {
      expect(await usage({ ...asked, group_by, metric: METRICS })).toEqual(counted(events, range, group_by));
    }
    expect(await usage({ ...asked, metric: ["distinct_ips"] })).toEqual(countedAddresses(events, range));
  }
}

const event = fc.record({
  time: fc.oneof(
    fc.integer({ min: 0, max: 3 * HOUR - 1 }).map((ms) => START + ms),
    // Late, and at an hour's very edges.
    fc.integer({ min: 1, max: 2 * DAY - HOUR }).map((ms) => START - ms),
    fc.constantFrom(START, START + HOUR - 1, START + HOUR, START + 2 * HOUR - 1),
  ),
  key: fc.constantFrom("sk-a", "sk-b"),
  model: fc.option(fc.constantFrom("m1", "m2", "m3"), { nil: undefined }),
  route: fc.option(fc.constantFrom("/a", "/b"), { nil: undefined }),
  status: fc.option(fc.constantFrom(0, 200, 401, 402, 404, 429, 500, 503), { nil: undefined }),
  client_ip: fc.option(fc.constantFrom("203.0.113.1", "203.0.113.2", "2001:db8::1"), { nil: undefined }),
  input_tokens: fc.option(fc.nat(10_000), { nil: undefined }),
  latency_ms: fc.option(fc.float({ min: 0, max: 1e5, noNaN: true }), { nil: undefined }),
});
const events = fc.array(event, { minLength: 1, maxLength: 40 });

const empty = () =>
  stage.runtime.db.pool.query(
    "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, usage_breakdown, usage_seal",
  );
const table = async (name: string) =>
  (await stage.runtime.db.pool.query(`SELECT * FROM ${name} ORDER BY 1, 2, dimension, value_id`)).rows;
const hour = { from: String(START), to: String(START + HOUR), step: "1h" };

describe("breakdowns", () => {
  test("say what the events say: unsealed, sealed, with a stale seal, and sealed again", async () => {
    await fc.assert(
      fc
        .asyncProperty(events, events, async (first, late) => {
          await post(first);
          await expectAsCounted(first);
          await sealAll();
          await expectAsCounted(first);
          await post(late);
          const all = [...first, ...late];
          await expectAsCounted(all);
          await sealAll();
          await expectAsCounted(all);
        })
        .beforeEach(empty),
      { numRuns: 6 },
    );
  });

  test("are read without the events once they are sealed", async () => {
    const sent = Array.from({ length: 30 }, (_, i) => ({
      key: "sk-a",
      time: START + i * 5 * MINUTE,
      model: `m${i % 4}`,
      client_ip: `203.0.113.${i % 7}`,
    }));
    await post(sent);
    await sealAll();
    await stage.runtime.db.pool.query("DELETE FROM usage_event");
    // But for the hour in which a range ends.
    await expectAsCounted(sent, [
      { from: START, to: START + 3 * HOUR, step: "1h" },
      { from: START - DAY, to: NOW, step: "1d" },
    ]);
  });

  test("keep the 50 values of an hour with the most requests and add up the rest, sealed or not", async () => {
    const sent = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: i < 50 ? 3 : 2 }, () => ({
        key: "sk-a",
        time: START,
        model: `m${i}`,
        client_ip: `203.0.113.${i}`,
      })),
    ).flat();
    await post([...sent, { key: "sk-a", time: START }]);
    for (const group_by of ["model", "client_ip"] as const) {
      const expected = {
        ...Object.fromEntries(sent.slice(0, 150).map((one) => [`requests ${one[group_by]} 0`, 3])),
        "requests (other) 0": 20,
        "requests null 0": 1,
      };
      const before = await usage({ ...hour, group_by });
      expect(before).toEqual(expected);
      await sealAll();
      expect(await usage({ ...hour, group_by })).toEqual(expected);
    }
  });

  test("tell at most 500 values apart over all hours and keys", async () => {
    const sent = Array.from({ length: 600 }, (_, i) => ({
      key: `sk-${i % 15}`,
      time: START,
      client_ip: `10.0.${i % 3}.${Math.floor(i / 3)}`,
    }));
    await post([...sent, ...sent.slice(0, 400)]);
    const read = async () => Object.entries(await usage({ ...hour, group_by: "client_ip" }));
    const before = await read();
    expect(before).toHaveLength(501);
    expect(before.filter(([, value]) => value === 2)).toHaveLength(400);
    expect(Object.fromEntries(before)["requests (other) 0"]).toBe(100);
    await sealAll();
    expect(Object.fromEntries(await read())).toEqual(Object.fromEntries(before));
  });

  test("tell no status from a status of 0", async () => {
    await post([
      { key: "sk-a", time: START },
      { key: "sk-a", time: START, status: 0 },
      { key: "sk-a", time: START, status: 0 },
    ]);
    await sealAll();
    expect(await usage({ ...hour, group_by: "status" })).toEqual({
      "requests null 0": 1,
      "requests 0 0": 2,
    });
  });

  test("narrowed to a source or consumer are counted from the events", async () => {
    await post([
      { key: "sk-a", time: START, model: "m1" },
      { key: "sk-a", time: START, model: "m2" },
    ]);
    await sealAll();
    const query = { ...hour, group_by: "model", source: "gateway 7001" };
    expect(await usage(query)).toEqual({ "requests m1 0": 1, "requests m2 0": 1 });
    expect(await usage({ ...query, consumer: "nobody" })).toEqual({});
  });

  test("stay when retention has dropped the events, also with a seal that counted fewer", async () => {
    await post([
      { key: "sk-a", time: START, model: "m1", client_ip: "203.0.113.1" },
      { key: "sk-a", time: START, model: "m2", client_ip: "203.0.113.2" },
    ]);
    await sealAll();
    await post([{ key: "sk-a", time: START, model: "m1" }]);
    const before = await table("usage_breakdown");
    await stage.runtime.db.pool.query("DELETE FROM usage_event");
    // Too late: a seal never counts fewer events than it did.
    await sealAll();
    expect(await table("usage_breakdown")).toEqual(before);
    const later = START + 40 * DAY;
    expect(await usage({ ...hour, group_by: "model" }, later)).toEqual({
      "requests m1 0": 1,
      "requests m2 0": 1,
    });
    expect(await usage({ ...hour, metric: ["distinct_ips"] }, later)).toEqual({ "distinct_ips null 0": 2 });
  });

  test("give the percentiles of the events within 5 %", async () => {
    const latencies = Array.from({ length: 400 }, (_, i) => 1.02 ** i);
    await post(latencies.map((latency_ms) => ({ key: "sk-a", time: START, model: "m1", latency_ms })));
    await sealAll();
    const metric = ["latency_p50", "latency_p95", "latency_p99"];
    const found = await usage({ ...hour, group_by: "model", metric });
    for (const [name, rank] of [
      ["latency_p50", 200],
      ["latency_p95", 380],
      ["latency_p99", 396],
    ] as const) {
      expect(Math.abs((found[`${name} m1 0`] ?? 0) / (latencies[rank - 1] ?? 0) - 1)).toBeLessThan(0.05);
    }
  });

  test("count many distinct addresses by sketch, shared ones of several hours and keys once", async () => {
    const sent = Array.from({ length: 9_000 }, (_, i) => ({
      key: `sk-${i % 2}`,
      time: START + ((i % 7) % 3) * HOUR,
      client_ip: `10.0.${Math.floor((i % 4_500) / 250)}.${i % 250}`,
    }));
    await post(sent);
    const days = { from: START, to: START + 3 * HOUR, step: "1d" } as const;
    const read = () =>
      usage({ ...days, from: String(days.from), to: String(days.to), metric: ["distinct_ips"] });
    const before = await read();
    await sealAll();
    expect(await stage.count("usage_seal", "sum(requests)")).toBe(sent.length);
    // The same hashes, so the same estimate.
    expect(await read()).toEqual(before);
    for (const [point, size] of Object.entries(countedAddresses(sent, days))) {
      expect(size).toBeGreaterThan(1_000);
      expect(Math.abs((before[point] ?? 0) / size - 1)).toBeLessThan(0.2);
    }
  });
});

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
