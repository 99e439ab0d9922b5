import { afterAll, beforeAll, expect, it } from "vitest";
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
