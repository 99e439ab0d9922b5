import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "@/lib/domain/simulation/random";
import { createLimit } from "@/lib/features/limits/commands";
import { backtestRule } from "@/lib/features/rules/backtest";
import type { Runtime } from "@/lib/runtime";
import { OPERATOR, type Scene, scene } from "../support/alerting";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };

beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

const BUCKET = 10_000;
const rule = (body: Record<string, unknown>) => ({ name: "r", repeat_every: null, ...body });
const tier = (threshold: number) => [{ severity: "warning", threshold }];

async function limited(stage: Scene, key: string, body: Record<string, unknown>): Promise<string> {
  const id = String(await stage.keyId(key));
  await createLimit({ actor: OPERATOR, keyId: id, input: body });
  return id;
}

it("tests rules on limits against the limits that keys have now", async () => {
  const stage = await scene(runtime);
  const start = Math.floor(stage.now / 60_000) * 60_000;
  stage.now = start;
  for (const count of [40, 0, 45, 0, 0, 0, 0, 0, 0, 0]) {
    if (count > 0) await stage.post("k1", count);
    stage.pass(10);
  }
  await stage.post("other", 500);
  const key = await limited(stage, "k1", { metric: "requests", amount: 100, window: "1m" });
  const body = { metric: "limit_used", operator: ">=", tiers: tier(0.8) };
  const { transitions } = await backtestRule({ rule: rule(body), from: start, to: start + 20 * BUCKET });
  expect(
    transitions.map(({ at, key, to, value }) => [(Date.parse(at) - start) / BUCKET, key, to, value]),
  ).toEqual([
    [3, key, "firing", 0.85],
    // The first 40 leave the window of a minute with the seventh step.
    [7, key, "ok", 0.45],
  ]);
  const calendar = await backtestRule({
    rule: rule({
      ...body,
      scope: { each: "provider" },
      metric: "seconds_to_exhaustion",
      operator: "<=",
      tiers: tier(60),
    }),
    from: start,
    to: start + 20 * BUCKET,
  });
  expect(calendar.transitions[0]).toMatchObject({ group: "openai", to: "firing" });
});

it("says how long before each exhaustion the rule would have warned", async () => {
  const stage = await scene(runtime);
  const start = Math.floor((stage.now - 3 * 3_600_000) / 60_000) * 60_000;
  stage.now = start;
  await stage.post("k1", 20);
  await stage.post("k2", 1);
  stage.pass(35);
  // Again within the hour is the same exhaustion.
  await stage.post("k1", 1, { status: 402 });
  stage.pass(60);
  await stage.post("k1", 1, { status: 402 });
  await stage.post("k2", 1, { status: 429 });
  stage.pass(2 * 3_600);
  await stage.post("k1", 1, { status: 402 });
  const [k1, k2] = [String(await stage.keyId("k1")), String(await stage.keyId("k2"))];
  const found = await backtestRule({
    rule: rule({ metric: "requests", window: "1m", operator: ">=", tiers: tier(20) }),
    from: start,
    to: stage.now + BUCKET,
  });
  const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
  expect(found.exhaustions).toEqual([
    { key: k1, outcome: "quota_exhausted", at: at(35), warned_at: at(10), lead_s: 25 },
    { key: k2, outcome: "rate_limited", at: at(95), warned_at: null, lead_s: null },
    { key: k1, outcome: "quota_exhausted", at: at(95 + 7_200), warned_at: null, lead_s: null },
  ]);
  expect(found.notifications).toBe(2);
  expect(found.messages_per_week).toBeCloseTo((2 * 7 * 24) / ((95 + 7_200 + 10) / 3_600), 1);
});

it("comes to the same whatever order the same events arrived in", async () => {
  const random = createRandom("order");
  const bursts = Array.from({ length: 40 }, (_, i) => ({
    key: `k${random.integer(2)}`,
    at: 10 * random.integer(120),
    count: 1 + random.integer(9),
    fields: { id: `burst-${i}`, status: random.integer(3) === 0 ? 429 : 200 },
  }));
  const shuffled = bursts
    .map((burst) => ({ burst, rank: random.integer(1e6) }))
    .sort((a, b) => a.rank - b.rank);
  const outcomes: unknown[] = [];
  for (const list of [
    bursts.toSorted((a, b) => a.at - b.at),
    shuffled.map(({ burst }) => burst),
    bursts.toReversed(),
  ]) {
    const stage = await scene(runtime);
    const start = Math.floor(stage.now / 60_000) * 60_000 - 3_600_000;
    for (const { key, at, count, fields } of list) {
      stage.now = start + at * 1_000;
      // Each comes twice, as gateways' retries do.
      for (let i = 0; i < 2; i++) await stage.post(key, 1, { ...fields, id: `${fields.id}-x` });
      await stage.post(key, count, { status: fields.status });
    }
    const tiers = [
      { severity: "warning", threshold: 12, recovery: 6 },
      { severity: "critical", threshold: 24 },
    ];
    const body = { metric: "requests", window: "2m", operator: ">=", tiers, keep_firing_for: "30s" };
    const { transitions } = await backtestRule({ rule: rule(body), from: start, to: start + 3_600_000 });
    const keyNames = new Map([
      ...(await Promise.all(
        ["k0", "k1"].map(async (name) => [String(await stage.keyId(name)), name] as const),
      )),
    ]);
    outcomes.push(
      transitions
        .map(({ at, key, ...rest }) => [Date.parse(at) - start, keyNames.get(key ?? ""), rest])
        .sort(),
    );
  }
  expect(outcomes[0]).not.toEqual([]);
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[2]).toEqual(outcomes[0]);
});
