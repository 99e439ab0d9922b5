import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { newId } from "@/lib/crypto";
import { compileRule } from "@/lib/domain/alerting/rule";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import type { Point } from "@/lib/domain/usage/steps";
import { floorBucket } from "@/lib/domain/usage/window";
import { incidentChartData } from "@/lib/features/incidents/chart";
import { getIncident } from "@/lib/features/incidents/queries";
import { Fleet } from "@/lib/features/rules/fleet";
import type { RuleDetailDto } from "@/lib/features/rules/schemas";
import type { Runtime } from "@/lib/runtime";
import { observe } from "@/lib/worker/evaluation/observe";
import { evaluate, type Scene, scene } from "../support/alerting";
import { createRuntime } from "../support/database";

const BUCKET = 10_000;

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;

beforeAll(async () => {
  runtime = await createRuntime();
});
beforeEach(async () => {
  stage = await scene(runtime);
  // Far from where the hour and the day begin anew.
  stage.now = floorBucket(stage.now, HOUR) + 20 * MINUTE + 3 * SECOND;
});
afterAll(() => runtime.close());

/** What evaluation reads of every instance at the clock's instant. */
async function observed(rule: RuleDetailDto): Promise<Map<string, number | null>> {
  const fleet = await Fleet.load(runtime.db.pool);
  const context = { client: runtime.db.pool, fleet, now: stage.now, retentionDays: 30 };
  const [found] = await observe([{ rule: compileRule(rule), instances: "all", known: [] }], context);
  return new Map([...(found ?? [])].map(([instance, { value }]) => [instance, value]));
}

/**
 * Posts as many events of k1 as given, ten seconds apart, evaluating each time; beside the incident's chart, gives what
 * evaluation read at the end of each of these buckets of the instance.
 */
async function chartOf(rule: RuleDetailDto, counts: readonly number[], instance: () => Promise<string>) {
  const engine = await stage.engine();
  const said: Point[] = [];
  for (const [index, count] of counts.entries()) {
    if (index > 0) stage.pass(10);
    if (count > 0) await stage.post("k1", count, { latency_ms: 100 * count, tags: { lane: "blue" } });
    await evaluate(engine, stage);
    const { now } = stage;
    const bucket = floorBucket(now, BUCKET);
    stage.now = bucket + BUCKET - 1;
    said.push([bucket, (await observed(rule)).get(await instance()) ?? null]);
    stage.now = now;
  }
  const [incident] = await stage.incidents();
  if (incident === undefined) throw new Error("nothing fired");
  const detail = await getIncident(incident.id);
  return { detail, said, chart: await incidentChartData(detail, stage.now) };
}

const ofKey = async () => `key:${await stage.keyId("k1")}`;

async function limit(origin: string, fields: { amount: number; window: string; remaining?: number }) {
  await runtime.db.prisma.keyLimit.create({
    data: {
      id: newId("lim"),
      keyId: BigInt(await stage.keyId("k1")),
      origin,
      metric: "requests",
      ...fields,
      observedAt: origin === "advertised" ? new Date(stage.now) : null,
    },
  });
}

/** The chart's points at these instants. */
const at = (points: readonly Point[] | undefined, instants: readonly Point[]) =>
  instants.map(([instant]) => points?.find(([start]) => start === instant));

it.each([
  ["limit_used", ">=", 0.5, "1m"],
  ["limit_used", ">=", 0.5, "calendar_hour"],
  ["seconds_to_exhaustion", "<=", 600, "1d"],
])("draws %s %s %d of a limit as evaluation read it: %s", async (metric, operator, threshold, window) => {
  await stage.post("k1", 1);
  await limit("declared", { amount: 100, window });
  const tiers = [{ severity: "warning", threshold }];
  const rule = await stage.rule({ metric, window: null, operator, tiers });
  stage.pass(60);
  const { chart, said, detail } = await chartOf(rule, [15, 20, 20, 25, 0, 0, 0, 0, 0], ofKey);
  expect(said.some(([, value]) => value !== null)).toBe(true);
  expect(chart).toMatchObject({ differs: false, keys: 1, span: { stepMs: BUCKET } });
  // A rate falls until its bucket ends: what fired in the midst of one was closer to firing.
  const expected = said.map(([start, value]): Point => {
    const fired = detail.transitions.find(
      ({ at, to }) => to === "firing" && floorBucket(Date.parse(at), BUCKET) === start,
    );
    return [start, fired === undefined || metric === "limit_used" ? value : fired.value];
  });
  expect(at(chart?.series[0]?.points, said)).toEqual(expected);
});

it("draws what is kept by the minute only", async () => {
  await stage.post("k1", 1);
  await limit("declared", { amount: 100, window: "1h" });
  const rule = await stage.rule({
    metric: "limit_used",
    window: null,
    tiers: [{ severity: "warning", threshold: 0.5 }],
  });
  const { detail } = await chartOf(rule, [30, 0, 0, 0, 0, 0, 29], ofKey);
  const now = stage.now + 4 * DAY;
  expect(detail.state).toBe("firing");
  const chart = await incidentChartData(detail, now);
  expect(chart).toMatchObject({ differs: false });
  const values = chart?.series[0]?.points.map(([, value]) => value ?? 0) ?? [];
  expect(Math.max(...values)).toBe(0.6);
  expect(values.at(-1)).toBe(0);
});

it("draws the time since the last event, which goes on", async () => {
  await stage.post("k1", 1);
  const tiers = [{ severity: "warning", threshold: 30 }];
  const rule = await stage.rule({ metric: "seconds_since_last_event", window: null, tiers });
  stage.pass(10);
  const { chart, said } = await chartOf(rule, [0, 0, 0, 0, 1, 0, 0], ofKey);
  const found = at(chart?.series[0]?.points, said);
  for (const [index, [, value]] of said.entries()) expect(found[index]?.[1]).toBeCloseTo(value ?? 0, 1);
});

it("draws what fired though late events have thinned it out since", async () => {
  await stage.post("k1", 8);
  await stage.post("k1", 4, { status: 500 });
  await stage.rule({ metric: "error_rate", window: "1m", tiers: [{ severity: "warning", threshold: 0.3 }] });
  const engine = await stage.engine();
  await evaluate(engine, stage);
  stage.pass(10);
  await stage.post("k1", 28, { ago: 10 });
  const [incident] = await stage.incidents();
  const chart = await incidentChartData(await getIncident(incident?.id ?? ""), stage.now);
  const values = chart?.series[0]?.points.map(([, value]) => value ?? 0) ?? [];
  expect(Math.max(...values)).toBeCloseTo(1 / 3);
  expect(values.at(-1)).toBe(0.1);
  expect(chart?.differs).toBe(false);
});

it("draws nothing where too many events would have to be read one by one", async () => {
  await stage.post("k1", 1);
  const tiers = [{ severity: "warning", threshold: 20 }];
  const rule = await stage.rule({ window: "1m", scope: { each: "all", tag: "lane=blue" }, tiers });
  const { detail } = await chartOf(rule, [12, 20], async () => "all");
  expect(await incidentChartData(detail, stage.now, 33)).not.toBeNull();
  expect(await incidentChartData(detail, stage.now, 32)).toBeNull();
});

it.each([
  ["latency_p95", {}, 1_000],
  ["requests", { tag: "lane=blue" }, 20],
])("draws %s by the whole window, %o", async (metric, scope, threshold) => {
  await stage.post("k1", 1);
  const tiers = [{ severity: "warning", threshold }];
  const rule = await stage.rule({ metric, window: "1m", scope: { each: "all", ...scope }, tiers });
  stage.pass(90);
  const { chart, said } = await chartOf(rule, [12, 20, 3, 0, 0, 0, 0, 0], async () => "all");
  expect(at(chart?.series[0]?.points, said)).toEqual(said);
});

it("keeps what fired by a provider's word where use alone does not tell it, and says so", async () => {
  await stage.post("k1", 1);
  const tiers = [{ severity: "warning", threshold: 0.8 }];
  const rule = await stage.rule({ metric: "limit_used", window: null, tiers });
  await limit("advertised", { amount: 1, window: "1d", remaining: 0 });
  const { chart, detail } = await chartOf(rule, [1, 0], ofKey);
  expect(detail.value).toBe(1);
  expect(chart?.differs).toBe(true);
  const values = chart?.series[0]?.points.map(([, value]) => value ?? 0) ?? [];
  expect(Math.max(...values)).toBe(1);
  expect(values.filter((value) => value > 0.1)).toHaveLength(1);
});

it("draws the keys that share an incident each, and what fired of one that is gone", async () => {
  const names = ["k1", "k2", "k3"];
  for (const name of names) await stage.post(name, 40);
  for (const name of names) {
    const keyId = BigInt(await stage.keyId(name));
    const data = {
      id: newId("lim"),
      keyId,
      origin: "declared",
      metric: "requests",
      amount: 100,
      window: "1m",
    };
    await runtime.db.prisma.keyLimit.create({ data });
  }
  const tiers = [{ severity: "warning", threshold: 0.8 }];
  await stage.rule({ metric: "limit_used", window: null, tiers });
  const engine = await stage.engine();
  for (const name of names) await stage.post(name, 45);
  await evaluate(engine, stage);
  const open = (await stage.incidents()).find(({ state }) => state === "firing");
  const detail = await getIncident(open?.id ?? "");
  expect(detail.members).toHaveLength(3);
  const { rows } = await runtime.db.pool.query<{ id: number }>(
    "DELETE FROM key_limit WHERE key_id = $1 RETURNING key_id AS id",
    [await stage.keyId("k3")],
  );
  const chart = await incidentChartData(detail, stage.now);
  expect(chart?.keys).toBe(3);
  expect(chart?.series.map(({ points }) => Math.max(...points.map(([, value]) => value ?? 0)))).toEqual([
    0.85, 0.85, 0.85,
  ]);
  expect(
    chart?.series
      .find(({ key }) => key === String(rows[0]?.id))
      ?.points.filter(([, value]) => value !== null),
  ).toHaveLength(1);
});
