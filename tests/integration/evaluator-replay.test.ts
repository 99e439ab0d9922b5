import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { backtestRule } from "@/lib/features/rules/backtest";
import { listed } from "@/lib/ingest/records";
import type { Runtime } from "@/lib/runtime";
import { Engine } from "@/lib/worker/evaluation/engine";
import { type Scene, scene } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };

beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

const BUCKET = 10_000;

type Burst = {
  bucket: number;
  key: string;
  count: number;
  status: number;
  consumer: string;
  ip: number;
  latency: number;
};

const bursts = fc.array(
  fc.record<Burst>({
    bucket: fc.integer({ min: 0, max: 59 }),
    key: fc.constantFrom("k1", "k2"),
    count: fc.integer({ min: 1, max: 8 }),
    status: fc.constantFrom(200, 200, 429, 500),
    consumer: fc.constantFrom("red", "blue"),
    ip: fc.integer({ min: 1, max: 6 }),
    latency: fc.integer({ min: 1, max: 3_000 }),
  }),
  { minLength: 5, maxLength: 25 },
);

const tiers = (warning: number, critical: number) => [
  { severity: "warning", threshold: warning },
  { severity: "critical", threshold: critical },
];

const RULES: Record<string, unknown>[] = [
  { window: "1m", tiers: tiers(6, 12) },
  {
    window: "30s",
    tiers: [{ severity: "warning", threshold: 6, recovery: 2 }],
    for: "20s",
    keep_firing_for: "30s",
  },
  { window: "2m", scope: { each: "provider" }, tiers: tiers(15, 30), repeat_every: "1m" },
  { window: "1m", scope: { each: "consumer" }, tiers: tiers(8, 16) },
  {
    window: "1m",
    scope: { each: "all", consumer: "red" },
    operator: "<",
    tiers: [{ severity: "warning", threshold: 4 }],
  },
  { window: "1m", metric: "error_rate", tiers: tiers(0.4, 0.9), min_requests: 4, no_data: "keep" },
  { window: "40s", metric: "error_rate", tiers: tiers(0.4, 0.9), no_data: "alert", for: "20s" },
  { window: "1m", metric: "latency_p95", tiers: tiers(800, 2_000) },
  { window: "1m", metric: "distinct_ips", tiers: tiers(3, 5) },
  { window: "1m", scope: { each: "key", tag: "ip=3" }, tiers: tiers(3, 6) },
  { window: "calendar_hour", time_zone: "Asia/Kolkata", tiers: tiers(20, 40) },
  { metric: "seconds_since_last_event", window: undefined, tiers: tiers(35, 75) },
];

/** Live: an engine that sees each bucket's events when the bucket has ended. */
async function live(stage: Scene, body: Record<string, unknown>, list: readonly Burst[], start: number) {
  stage.now = start;
  await stage.rule(body);
  // Its first evaluation is that of the first bucket, as in a back-test.
  const engine = new Engine(runtime);
  await engine.load();
  await engine.catchUp(stage.now);
  const steps: string[] = [];
  for (let bucket = 0; bucket < 60; bucket++) {
    // The last instant of the bucket has the same window as its end in a replay.
    stage.now = start + (bucket + 1) * BUCKET - 1;
    for (const burst of list.filter((one) => one.bucket === bucket)) {
      await stage.post(burst.key, burst.count, {
        status: burst.status,
        consumer: burst.consumer,
        latency_ms: burst.latency,
        client_ip: `192.0.2.${burst.ip}`,
        tags: { ip: String(burst.ip) },
        ago: 5,
      });
    }
    engine.pending.touch("all");
    await engine.run(stage.now);
  }
  const { rows } = await runtime.db.pool.query<Record<string, string | number | null>>(
    `SELECT at, scope_key, from_status, to_status, severity FROM transition ORDER BY at, scope_key`,
  );
  for (const row of rows)
    steps.push(
      `${Number(row.at) + 1} ${row.scope_key} ${row.from_status} → ${row.to_status} ${row.severity}`,
    );
  return steps.sort();
}

async function backtest(body: Record<string, unknown>, start: number, now: number) {
  const rule = {
    name: "r",
    metric: "requests",
    operator: ">=",
    repeat_every: null,
    ...body,
  };
  const result = await backtestRule({ rule, from: start, to: start + 60 * BUCKET }, now);
  const scopeKey = (one: (typeof result.transitions)[number]) =>
    one.key !== null
      ? `key:${one.key}`
      : one.group === null
        ? "all"
        : one.group.startsWith("red") || one.group === "blue"
          ? `consumer:${one.group}`
          : `provider:${one.group}`;
  return result.transitions
    .map((one) => `${Date.parse(one.at)} ${scopeKey(one)} ${one.from} → ${one.to} ${one.severity}`)
    .sort();
}

it("a back-test tells what live evaluation told, whatever the rule and the events", async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: RULES.length - 1 }), bursts, async (index, list) => {
      const body = RULES[index] ?? {};
      const stage = await scene(runtime);
      const start = Math.floor((stage.now - 1_200_000) / 60_000) * 60_000;
      // Keys are known from the start, as rules on what is missing need them to be.
      stage.now = start - 3_600_000;
      for (const key of ["k1", "k2"]) await stage.post(key, 1, { consumer: "red" });
      stage.now = start - 3_600_000;
      await stage.post("k1", 1, { consumer: "blue" });
      const told = await live(stage, body, list, start);
      if (told.length > 0) seen.add(index);
      const tested = await backtest(body, start, stage.now);
      expect({ body, tested }).toEqual({ body, tested: told });
    }),
    { numRuns: 16, seed: 20_261_123, endOnFailure: true },
  );
  // A property that nothing ever fired in would prove nothing.
  expect(seen.size).toBeGreaterThan(RULES.length / 3);
}, 240_000);

it("counts incidents and messages, and names fields that are wrong", async () => {
  const stage = await scene(runtime);
  await stage.post("k1", 10);
  const rule = {
    name: "r",
    metric: "requests",
    window: "1m",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 10 }],
  };
  const from = Math.floor(stage.now / BUCKET) * BUCKET;
  const keyId = String(await stage.keyId("k1"));
  expect(await backtestRule({ rule, from, to: new Date(from + 120_000).toISOString() })).toEqual({
    transitions: [
      {
        at: new Date(from + BUCKET).toISOString(),
        key: keyId,
        group: null,
        from: "ok",
        to: "firing",
        severity: "warning",
        value: 10,
      },
      {
        at: new Date(from + 70_000).toISOString(),
        key: keyId,
        group: null,
        from: "firing",
        to: "ok",
        severity: null,
        value: 0,
      },
    ],
    incidents: 1,
    notifications: 2,
    messages_per_week: 2 * 7 * 24 * 30,
    exhaustions: [],
  });
  await expect(backtestRule({ rule, from, to: from })).rejects.toMatchObject({
    code: "invalid",
    issues: [{ path: "to" }],
  });
  await expect(backtestRule({ rule: { ...rule, window: "5" }, from, to: from + 1 })).rejects.toMatchObject({
    issues: [{ path: "rule.window" }],
  });
});

it("reads history older than the finest tier keeps from the events themselves", async () => {
  const stage = await scene(runtime);
  stage.now -= 10 * 86_400_000;
  // Posted late: by now the finest tier takes nothing of it.
  const { ingest, now } = stage;
  const time = new Date(now).toISOString();
  stage.now = Date.now();
  const event = { key: "sk-old-0000000000", key_name: "k1", provider: "openai", status: 200, time };
  await ingest.accept({ id: 7001 }, listed(Array(10).fill(event)), null);
  const rule = {
    name: "r",
    metric: "requests",
    window: "2d",
    operator: ">=",
    tiers: [{ severity: "warning", threshold: 10 }],
  };
  const from = Math.floor(now / BUCKET) * BUCKET;
  const { transitions } = await backtestRule({ rule, from: from - 86_400_000, to: from + 4 * 86_400_000 });
  expect(transitions.map(({ at, to }) => [Date.parse(at), to])).toEqual([
    [from + BUCKET, "firing"],
    [Math.floor(from / 60_000) * 60_000 + 2 * 86_400_000 + BUCKET, "ok"],
  ]);
});
