import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { newId } from "@/lib/crypto";
import { compileRule, ruleInputSchema } from "@/lib/domain/alerting/rule";
import { Fleet } from "@/lib/features/rules/fleet";
import type { Runtime } from "@/lib/runtime";
import { observe } from "@/lib/worker/evaluation/observe";
import { evaluate, type Scene, scene, settle } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;

beforeAll(async () => {
  runtime = await createRuntime();
});
beforeEach(async () => {
  stage = await scene(runtime);
});
afterAll(() => runtime.close());

/** What a rule reads of each instance now, by scope key. */
async function read(body: Record<string, unknown>): Promise<Record<string, number | null>> {
  const rule = compileRule(
    ruleInputSchema.parse({
      name: "r",
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 0.5 }],
      ...body,
    }),
  );
  const context = {
    client: runtime.db.pool,
    fleet: await Fleet.load(runtime.db.pool),
    now: stage.now,
    retentionDays: 30,
  };
  const [found] = await observe([{ rule, instances: "all", known: [] }], context);
  return Object.fromEntries([...(found ?? [])].map(([scopeKey, { value }]) => [scopeKey, value]));
}

it("reads every metric of a window", async () => {
  await stage.post("k1", 8, { latency_ms: 100, input_tokens: 10, output_tokens: 5, cost_usd: 0.25 });
  await stage.post("k1", 1, { status: 429, latency_ms: 2_000, client_ip: "192.0.2.1" });
  await stage.post("k1", 1, { status: 500, client_ip: "192.0.2.2" });
  await stage.post("k1", 7, { ago: 70 });
  const key = `key:${await stage.keyId("k1")}`;
  for (const [metric, value] of [
    ["requests", 10],
    ["errors", 2],
    ["error_rate", 0.2],
    ["throttled", 1],
    ["throttle_rate", 0.1],
    ["input_tokens", 80],
    ["output_tokens", 40],
    ["total_tokens", 120],
    ["cost_usd", 2],
    ["distinct_ips", 2],
  ] as const) {
    expect({ metric, ...(await read({ metric, window: "1m" })) }).toEqual({ metric, [key]: value });
  }
  expect((await read({ metric: "latency_p50", window: "1m" }))[key]).toBeCloseTo(100, -1);
  expect((await read({ metric: "latency_p99", window: "1m" }))[key]).toBeCloseTo(2_000, -2.5);
  stage.pass(30);
  expect(await read({ metric: "seconds_since_last_event" })).toEqual({ [key]: 30 });
});

it("tells pools, providers, consumers, sources, tags and all apart", async () => {
  await stage.post("k1", 3, { pool: "fast", consumer: "red", tags: { env: "prod" } });
  await stage.post("k2", 4, { pool: "fast", consumer: "blue", tags: { env: "test" } });
  await stage.post("k3", 5, { provider: "anthropic", consumer: "red" });
  const [pool] = await runtime.db.prisma.pool.findMany();
  const k1 = `key:${await stage.keyId("k1")}`;
  const rule = (scope: Record<string, unknown>) => read({ metric: "requests", window: "1m", scope });
  expect(await rule({ each: "pool" })).toEqual({ [`pool:${pool?.id}`]: 7 });
  expect(await rule({ each: "provider" })).toEqual({ "provider:openai": 7, "provider:anthropic": 5 });
  expect(await rule({ each: "consumer" })).toEqual({ "consumer:red": 8, "consumer:blue": 4 });
  expect(await rule({ each: "consumer", provider: "openai" })).toEqual({
    "consumer:red": 3,
    "consumer:blue": 4,
  });
  expect(await rule({ each: "all" })).toEqual({ all: 12 });
  expect(await rule({ each: "all", source: "gateway", consumer: "red" })).toEqual({ all: 8 });
  expect(await rule({ each: "key", tag: "env=prod" })).toEqual({ [k1]: 3 });
  expect(await rule({ each: "all", tag: "env" })).toEqual({ all: 7 });
  expect(await rule({ each: "key", consumer: "nobody" })).toEqual({});
});

it("reads limits: the tightest one's used fraction, and when the first will be used up", async () => {
  await stage.post("k1", 60, { ago: 20 });
  const id = await stage.keyId("k1");
  const limit = (metric: string, amount: number, window: string) =>
    runtime.db.prisma.keyLimit.create({
      data: { id: newId("lim"), keyId: BigInt(id), origin: "declared", metric, amount, window },
    });
  expect(await read({ metric: "limit_used" })).toEqual({});
  await limit("requests", 100, "1m");
  await limit("requests", 6_000, "1d");
  expect(await read({ metric: "limit_used" })).toEqual({ [`key:${id}`]: 0.6 });
  // 60 a minute never reach 100 a minute, but they reach 6,000 a day after 99 minutes more.
  const seconds = await read({ metric: "seconds_to_exhaustion", operator: "<=" });
  expect(seconds).toEqual({ [`key:${id}`]: 5_940 });

  await stage.rule({
    metric: "limit_used",
    window: undefined,
    tiers: [{ severity: "warning", threshold: 0.8 }],
  });
  const engine = await stage.engine();
  await stage.post("k1", 25);
  await evaluate(engine, stage, [id]);
  expect(await stage.transitions()).toEqual(["ok → firing warning 0.85"]);
  await settle(engine, stage, stage.now + 300_000);
  expect(await stage.incidents()).toMatchObject([{ state: "resolved" }]);
});

it("counts a quota once a period in the rule's zone, and closes it silently", async () => {
  const hour = 3_600_000;
  stage.now = Math.floor(stage.now / hour) * hour - 600_000;
  await stage.rule({
    window: "calendar_hour",
    time_zone: "Asia/Kolkata",
    channels: [await stage.channel()],
    tiers: [{ severity: "warning", threshold: 10 }],
  });
  const engine = await stage.engine();
  await stage.post("k1", 10);
  await evaluate(engine, stage);
  stage.pass(60);
  await stage.post("k1", 10);
  await evaluate(engine, stage);
  expect(await stage.transitions()).toEqual(["ok → firing warning 10"]);
  // Kolkata is half an hour off: its hour ends at :30.
  expect(new Date(engine.nextAt() ?? 0).getUTCMinutes()).toBe(30);
  await settle(engine, stage, stage.now + hour);
  expect(await stage.transitions()).toEqual(["ok → firing warning 10", "firing → ok 0"]);
  expect((await stage.deliveries()).map(({ kind }) => kind)).toEqual(["firing"]);
  await stage.post("k1", 12);
  await evaluate(engine, stage);
  expect(await stage.transitions()).toHaveLength(3);
});

it("fires below a threshold and for missing data by time alone, also for keys that were never used", async () => {
  await stage.post("k1", 5);
  await stage.rule({ name: "quiet", operator: "<", tiers: [{ severity: "warning", threshold: 3 }] });
  await stage.rule({
    name: "silent",
    metric: "error_rate",
    tiers: [{ severity: "critical", threshold: 0.5 }],
    no_data: "alert",
    for: "20s",
  });
  await stage.rule({
    name: "gone",
    metric: "seconds_since_last_event",
    window: undefined,
    tiers: [{ severity: "warning", threshold: 45 }],
  });
  const engine = await stage.engine();
  expect(await stage.transitions()).toEqual([]);
  await settle(engine, stage, stage.now + 180_000);
  const { rows } = await runtime.db.pool.query<{ words: string }>(
    `SELECT r.name || ': ' || t.from_status || ' → ' || t.to_status AS words FROM transition t JOIN rule r ON r.id = t.rule_id ORDER BY at`,
  );
  expect(rows.map(({ words }) => words)).toEqual(
    ["gone: ok → firing", "quiet: ok → firing", "silent: ok → pending", "silent: pending → no_data"].sort(
      (a, b) => rows.findIndex((r) => r.words === a) - rows.findIndex((r) => r.words === b),
    ),
  );
  await stage.post("k1", 5);
  await evaluate(engine, stage, [await stage.keyId("k1")]);
  expect((await stage.incidents()).map(({ state }) => state)).toEqual(["resolved", "resolved", "resolved"]);
});
