import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compileRule, type Rule, ruleInputSchema } from "@/lib/domain/alerting/rule";
import type { Effect } from "@/lib/domain/alerting/state";
import { createRandom } from "@/lib/domain/simulation/random";
import { HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { METRIC_NAMES, type MetricName, metric } from "@/lib/domain/usage/metric";
import { outcomeOfStatus } from "@/lib/domain/usage/outcome";
import { floorBucket, type Range, windowRangeAtEnd } from "@/lib/domain/usage/window";
import { createLimit } from "@/lib/features/limits/commands";
import { type CountedLimit, countedLimits } from "@/lib/features/limits/measure";
import { emptyMatters } from "@/lib/features/rules/backtest";
import { Fleet } from "@/lib/features/rules/fleet";
import { walk } from "@/lib/features/rules/history";
import { findLoud } from "@/lib/features/rules/loud";
import type { Runtime } from "@/lib/runtime";
import { OPERATOR, scene } from "../support/alerting";
import { createRuntime } from "../support/database";
import { everyStep, type PlainEvent } from "../support/every-step";

let runtime: Runtime & { close(): Promise<void> };

beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime.close());

interface Posted extends PlainEvent {
  consumer: string | null;
  tag: string;
}

/** Mostly silence, some trickle, a few bursts: what tells apart where nothing can be from where something may. */
async function postHistory(stage: Awaited<ReturnType<typeof scene>>, span: Range): Promise<Posted[]> {
  const random = createRandom("steps");
  const posted: Posted[] = [];
  stage.now = span.from;
  while (stage.now < span.to) {
    const count = random.integer(8) === 0 ? 10 + random.integer(30) : 1 + random.integer(3);
    const key = `k${random.integer(3)}`;
    const consumer = random.pick(["team-a", "team-b", null]);
    const tag = random.pick(["blue", "green"]);
    const status = random.integer(4) === 0 ? random.pick([500, 429]) : 200;
    const latency = random.integer(6) === 0 ? null : 50 + random.integer(3_000);
    const address = random.integer(6) === 0 ? null : `192.0.2.${random.integer(8)}`;
    await stage.post(key, count, {
      status,
      tags: { lane: tag },
      cost_usd: 0.1,
      input_tokens: 10,
      output_tokens: 5,
      ...(consumer === null ? {} : { consumer }),
      ...(latency === null ? {} : { latency_ms: latency }),
      ...(address === null ? {} : { client_ip: address }),
    });
    for (let i = 0; i < count; i++) {
      const of = { key, at: stage.now, consumer, tag, address, outcome: outcomeOfStatus(status) };
      posted.push({ ...of, latencyMs: latency, costMicros: 100_000, inputTokens: 10, outputTokens: 5 });
    }
    stage.pass(random.integer(10) === 0 ? 3_600 : 20 + random.integer(400));
  }
  return posted;
}

/** Thresholds around what the history above holds. */
const MOST: Partial<Record<MetricName, number>> = {
  requests: 60,
  errors: 20,
  throttled: 15,
  input_tokens: 600,
  output_tokens: 300,
  total_tokens: 900,
  cost_usd: 6,
  error_rate: 1,
  throttle_rate: 1,
  latency_p50: 2_000,
  latency_p95: 3_000,
  latency_p99: 3_000,
  distinct_ips: 6,
  seconds_since_last_event: 3_600,
  limit_used: 1,
  seconds_to_exhaustion: 600,
};

const WINDOWS = [
  "10s",
  "1m",
  "5m",
  "10m",
  "1h",
  "3h",
  "25h",
  "calendar_hour",
  "calendar_day",
  "calendar_month",
];

const choices = fc.record({
  metric: fc.constantFrom(...METRIC_NAMES),
  scope: fc.constantFrom<Record<string, string>>(
    { each: "key" },
    { each: "key", provider: "openai" },
    { each: "provider" },
    { each: "consumer" },
    { each: "key", tag: "lane=blue" },
    { each: "all", source: "gateway" },
    { each: "all", consumer: "team-a" },
  ),
  window: fc.constantFrom(...WINDOWS),
  zone: fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York"),
  operator: fc.constantFrom(">=", ">", "<", "<="),
  level: fc.constantFrom(0.05, 0.2, 0.5, 0.9, 1),
  second: fc.boolean(),
  recovery: fc.option(fc.constantFrom(0.3, 0.8), { nil: null }),
  for: fc.constantFrom("0s", "30s", "10m"),
  keep_firing_for: fc.constantFrom("0s", "5m", "2h"),
  min_requests: fc.constantFrom(0, 5),
  no_data: fc.constantFrom("ok", "keep", "alert"),
  repeat_every: fc.constantFrom(null, "1h"),
  readWhole: fc.constantFrom(0, Number.POSITIVE_INFINITY),
});
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

/** The rule nearest to a choice that the schema takes; null for none. */
function ruleOf({ zone, level, second, recovery, readWhole: _, ...body }: Choice): Rule | null {
  const { kind } = metric(body.metric);
  const isAbove = body.operator.startsWith(">");
  const tier = (severity: string, share: number) => {
    const threshold = share * level * (MOST[body.metric] ?? 1);
    return {
      severity,
      threshold,
      recovery: recovery === null ? null : threshold * (isAbove ? recovery : 1 / recovery),
    };
  };
  const isQuota = kind === "sum" && body.window.startsWith("calendar");
  const tiers = [tier("warning", 1), ...(second ? [tier("critical", isAbove ? 1.5 : 0.5)] : [])];
  const parsed = ruleInputSchema.safeParse({
    ...body,
    name: "r",
    time_zone: zone,
    tiers: isQuota ? tiers.map((one) => ({ ...one, recovery: null })) : tiers,
    ...(isQuota ? { for: "0s", keep_firing_for: "0s" } : {}),
    ...(kind === "limit" || kind === "age" ? { window: null } : {}),
  });
  return parsed.success ? compileRule(parsed.data) : null;
}

/** Sums of fractions differ by the order of adding up. */
const told = (instance: string, effects: readonly Effect[]) =>
  effects.map(({ value, ...one }) => ({
    instance,
    value: value === null ? null : Number(value.toPrecision(9)),
    ...one,
  }));

const byInstant = (a: { at: number; instance: string }, b: { at: number; instance: string }) =>
  a.at - b.at || (a.instance < b.instance ? -1 : 1);

it("leaves out steps and reads without losing an effect, whatever the rule", async () => {
  const stage = await scene(runtime);
  const end = Math.floor(stage.now / MINUTE) * MINUTE;
  const posted = await postHistory(stage, { from: end - 9 * HOUR, to: end });
  // Windows reach back to before the range, which begins within an hour and a minute.
  const span = { from: end - 7 * HOUR - 25 * MINUTE - 20 * SECOND, to: end };
  const ids = new Map<string, number>();
  for (const name of ["k0", "k1", "k2"]) ids.set(name, await stage.keyId(name));
  const limit = (key: string, input: Record<string, unknown>) =>
    createLimit({ actor: OPERATOR, keyId: String(ids.get(key)), input });
  await limit("k0", { metric: "requests", amount: 60, window: "10m" });
  await limit("k0", { metric: "total_tokens", amount: 900, window: "1h" });
  await limit("k1", { metric: "cost_usd", amount: 20, window: "calendar_day", time_zone: "Asia/Kolkata" });

  const fleet = await Fleet.load(runtime.db.pool);
  const counted = await countedLimits(runtime.db.pool, [...ids.values()]);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const limits = new Map([...counted].map(([id, list]) => [names.get(id) ?? "", list]));
  const context = { client: runtime.db.pool, fleet, now: Date.now(), retentionDays: 30, effectsOnly: true };

  const seen = { screened: 0, fired: new Set<MetricName>() };
  await fc.assert(
    fc.asyncProperty(choices, async (choice) => {
      const rule = ruleOf(choice);
      fc.pre(rule !== null);
      if (choice.readWhole === 0 && (await findLoud(rule, span, context)) !== null) seen.screened += 1;
      const tracks = await walk(rule, span, new Map(), emptyMatters(rule, span.from), {
        ...context,
        readWhole: choice.readWhole,
      });
      const found = [...tracks].flatMap(([instance, { effects }]) => told(instance, effects));
      const expected = instancesOf(rule, posted, ids, limits).flatMap(({ instance, events, own }) =>
        told(instance, everyStep(rule, events, knownOf(rule, events, span), own)),
      );
      if (expected.length > 0) seen.fired.add(rule.metric);
      expect({ choice, effects: found.sort(byInstant) }).toEqual({
        choice,
        effects: expected.sort(byInstant),
      });
    }),
    { numRuns: 100, seed: 20_261_126, endOnFailure: true },
  );
  expect(seen.fired).toEqual(new Set(METRIC_NAMES));
  expect(seen.screened).toBeGreaterThan(3);
});

/** Of consumers nothing is known before the first event that counts. */
function knownOf({ scope, window }: Rule, events: readonly Posted[], span: Range): Range {
  if (scope.each !== "consumer") return span;
  const first = floorBucket(span.from, 10 * SECOND) + 10 * SECOND;
  const from = window === null ? 0 : windowRangeAtEnd(window, first).from;
  return { ...span, from: Math.max(span.from, events.find(({ at }) => at >= from)?.at ?? span.to) };
}

/** The instances of a rule with the events and limits that count for them. */
function instancesOf(
  { scope }: Rule,
  posted: readonly Posted[],
  ids: ReadonlyMap<string, number>,
  limits: ReadonlyMap<string, readonly CountedLimit[]>,
) {
  const events = posted.filter(
    ({ consumer, tag }) =>
      (scope.consumer === undefined || consumer === scope.consumer) &&
      (scope.tag === undefined || scope.tag === `lane=${tag}`),
  );
  const whole = (instance: string) => [{ instance, events, own: limits }];
  if (scope.each === "all") return whole("all");
  if (scope.each === "provider") return whole("provider:openai");
  if (scope.each === "consumer") {
    return ["team-a", "team-b"].map((name) => {
      return {
        instance: `consumer:${name}`,
        events: events.filter(({ consumer }) => consumer === name),
        own: new Map(),
      };
    });
  }
  return [...ids].map(([name, id]) => ({
    instance: `key:${id}`,
    events: events.filter(({ key }) => key === name),
    own: new Map([...limits].filter(([key]) => key === name)),
  }));
}
