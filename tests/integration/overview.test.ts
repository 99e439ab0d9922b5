import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GET as activityRoute } from "@/app/api/v1/keys/[id]/activity/route";
import { GET as overviewRoute } from "@/app/api/v1/overview/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { startOfPeriod } from "@/lib/domain/usage/zone";
import { updateKey } from "@/lib/features/keys/commands";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import { listKeys } from "@/lib/features/keys/queries";
import { getOverview, type OverviewDto } from "@/lib/features/overview/queries";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { handleMetrics } from "@/lib/server/metrics";
import { call } from "../support/call";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const HOUR_RANGE = { kind: "preset", preset: "1h" } as const;

let runtime: Runtime & { close(): Promise<void> };
let server: IngestServer;
let token: string;

beforeAll(() => setLogLevel("silent"));
// What slow reads leave behind belongs to a runtime, so each test has its own.
beforeEach(async () => {
  runtime = await createRuntime();
  server = await startIngest(runtime);
  token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "viewer" } })).token;
  return async () => {
    await server.close();
    await runtime.close();
  };
});
afterAll(() => setLogLevel("info"));

const overview = async (query = ""): Promise<OverviewDto> => {
  const answer = await call(overviewRoute, { token, path: `/api/v1/overview?${query}` });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as OverviewDto;
};
const send = async (events: Record<string, unknown>[]) =>
  expect((await server.post(events)).body).toMatchObject({ accepted: events.length, rejected: 0 });
const keyNamed = async (name: string) => {
  const found = (await listKeys({ q: name })).data[0];
  if (found === undefined) throw new Error(`No key ${name}`);
  return found.id;
};
const total = (buckets: OverviewDto["activity"]["buckets"]) =>
  buckets.reduce((sum, { outcomes }) => sum + outcomes.reduce((all, count) => all + count, 0), 0);

describe("the overview", () => {
  it("is empty but whole before the first event", async () => {
    const data = await overview();
    expect(data).toMatchObject({
      has_sources: true,
      keys: { ok: 0, blocked: 0, idle: 0 },
      today: { today: { requests: 0 }, yesterday: { requests: 0 } },
      activity: { step_ms: 10_000, buckets: [] },
      least_headroom: [],
      in_trouble: [],
      incidents: { open: 0, data: [] },
    });
    expect(data.today.hours).toHaveLength(24);
  });

  it("names the channels in use that fail, and so do the metrics", async () => {
    const channel = (id: string, more: object) =>
      runtime.db.prisma.channel.create({
        data: {
          id,
          name: id,
          kind: "email",
          config: { to: ["ops@example.com"] },
          createdBy: "test",
          ...more,
        },
      });
    const failingSince = new Date("2026-11-26T08:00:00Z");
    await channel("works", {});
    await channel("off", { failingSince, enabled: false });
    await channel("fails", { failingSince, lastError: "535 refused" });
    expect((await overview()).failing_channels).toEqual([
      { id: "fails", name: "fails", failing_since: failingSince.toISOString(), last_error: "535 refused" },
    ]);
    const http = createServer((request, response) => void handleMetrics(request, response)).listen(
      0,
      "127.0.0.1",
    );
    await once(http, "listening");
    const scraped = await fetch(`http://127.0.0.1:${(http.address() as AddressInfo).port}/metrics`);
    expect(await scraped.text()).toContain("keygauge_channels_failing 1");
    http.close();
  });

  it("counts keys by state and draws how calls ended", async () => {
    await send([
      { key: "key-a-0123456789", key_name: "a", status: 200 },
      { key: "key-b-0123456789", key_name: "b", status: 429 },
      { key: "key-c-0123456789", key_name: "c", status: 401 },
      { key: "key-c-0123456789", status: 401, time: Date.now() - 30 * MINUTE },
    ]);
    const data = await overview("range=1h");
    expect(data.keys).toMatchObject({ ok: 1, throttled: 1, unauthorized: 1 });
    const outcomes = data.activity.buckets.reduce(
      (sum, bucket) => sum.map((count, code) => count + (bucket.outcomes[code] ?? 0)),
      [0, 0, 0, 0, 0, 0, 0, 0],
    );
    expect(outcomes).toEqual([1, 1, 0, 0, 2, 0, 0, 0]);
    expect(total((await overview("range=15m")).activity.buckets)).toBe(3);
  });

  it("misses nothing that was accepted before the instant it names", async () => {
    const noon = `tz=${encodeURIComponent(noonZone(Date.now()))}`;
    for (let count = 1; count <= 5; count++) {
      await send([{ key: "key-a-0123456789", status: 200 }]);
      const accepted = Date.now();
      let data = await overview(noon);
      while (data.at < accepted) data = await overview(noon);
      expect(total(data.activity.buckets)).toBe(count);
      expect(data.today.today.requests).toBe(count);
      expect(data.keys.ok).toBe(1);
    }
  });

  it("adds up the day in the viewer's zone, and yesterday up to the same time", async () => {
    const now = Date.now();
    const zone = noonZone(now);
    const began = startOfPeriod("day", zone, now);
    const event = {
      key: "key-a-0123456789",
      status: 200,
      input_tokens: 10,
      output_tokens: 1,
      cost_usd: 0.5,
    };
    await send([
      { ...event, time: began + 1_000 },
      { ...event, time: now },
      { ...event, time: began - 1_000 },
      { ...event, status: 500, time: began - DAY + MINUTE },
      { ...event, time: began - DAY - 1_000 },
      // A week ago by this time, and later that day than now.
      { ...event, time: began - 7 * DAY + MINUTE },
      { ...event, time: began - 6 * DAY - MINUTE },
    ]);
    const { today } = await overview(`tz=${encodeURIComponent(zone)}`);
    expect(today.began).toBe(began);
    expect(today.today).toEqual({
      requests: 2,
      errors: 0,
      input_tokens: 20,
      output_tokens: 2,
      cost_micros: 1_000_000,
    });
    // The call in yesterday's last second is later in the day than now.
    expect(today.yesterday).toMatchObject({ requests: 1, errors: 1 });
    expect(today.last_week).toMatchObject({ requests: 1, errors: 0 });
  });

  it("puts the keys nearest to a limit's end first", async () => {
    await send([
      ...Array.from({ length: 9 }, () => ({ key: "key-a-0123456789", key_name: "full", status: 200 })),
      { key: "key-b-0123456789", key_name: "empty", status: 200, latency_ms: 100, cost_usd: 0.25 },
      { key: "key-c-0123456789", key_name: "unlimited", status: 401 },
    ]);
    for (const [name, amount] of [
      ["full", 10],
      ["empty", 10],
    ] as const) {
      const id = await keyNamed(name);
      await runtime.db.pool.query(
        `INSERT INTO key_limit (id, key_id, origin, metric, amount, "window", updated_at) VALUES ($1, $2, 'declared', 'requests', $3, '1h', now())`,
        [`lim_${name}`, id, amount],
      );
      runtime.changed.emit({ entity: "limit", id });
    }
    const { least_headroom: rows, keys, in_trouble: troubled } = await overview();
    expect(troubled.map(({ name, why }) => [name, why])).toEqual([["unlimited", "key_refused"]]);
    expect(rows.map(({ name, state }) => [name, state])).toEqual([
      ["full", "at_risk"],
      ["empty", "ok"],
      ["unlimited", "unauthorized"],
    ]);
    expect(keys).toMatchObject({ at_risk: 1, ok: 1, unauthorized: 1 });
    expect(rows[1]?.lately).toMatchObject({ error_rate: 0, cost_today_micros: 250_000 });
    expect(Math.abs((rows[1]?.lately.latency_p95 ?? 0) / 100 - 1)).toBeLessThan(0.05);
    expect(rows[0]?.lately.requests.reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it("names the keys that calls fail with, the worst first, and neither blocked nor retired ones", async () => {
    const now = Date.now();
    const call = (name: string, status: number, ageMs: number) => ({
      key: `key-${name}-0123456789`,
      key_name: name,
      provider: "openai",
      status,
      time: now - ageMs,
    });
    await send([
      call("fine", 200, 0),
      call("throttled", 429, 0),
      call("spent", 402, 3_000),
      call("spent later", 402, 1_000),
      call("refused", 401, 9_000),
      call("blocked", 401, 0),
      call("retired", 402, 0),
    ]);
    await updateKey({ actor: SYSTEM, id: await keyNamed("blocked"), input: { blocked: true } });
    await updateKey({ actor: SYSTEM, id: await keyNamed("retired"), input: { retired: true } });
    const { in_trouble: troubled } = await overview();
    expect(troubled.map(({ name, state }) => [name, state])).toEqual([
      ["refused", "unauthorized"],
      ["spent later", "exhausted"],
      ["spent", "exhausted"],
    ]);
  });

  it("lists open incidents, the critical and newest first, named by what they are about", async () => {
    await send([{ key: "key-a-0123456789", key_name: "a", provider: "openai", status: 200 }]);
    const id = await keyNamed("a");
    const incident = (
      name: string,
      state: string,
      severity: string,
      startedAt: number,
      keyId: string | null,
    ) =>
      runtime.db.prisma.incident.create({
        data: {
          id: `inc_${name}`,
          ruleId: "rule_x",
          ruleName: name,
          rule: { metric: "error_rate" },
          scopeKey: keyId === null ? "provider:openai" : `key:${keyId}`,
          keyId: keyId === null ? null : BigInt(keyId),
          members: [],
          state,
          severity,
          value: 0.5,
          threshold: 0.4,
          startedAt: new Date(startedAt),
        },
      });
    const now = Date.now();
    await incident("old", "firing", "warning", now - HOUR, id);
    await incident("new", "acknowledged", "warning", now - MINUTE, null);
    await incident("worst", "firing", "critical", now - DAY, id);
    await incident("over", "resolved", "critical", now, id);
    const { incidents } = await overview();
    expect(incidents.open).toBe(3);
    expect(incidents.data.map(({ rule_name, subject }) => [rule_name, subject])).toEqual([
      ["worst", "a"],
      ["new", "openai"],
      ["old", "a"],
    ]);
    expect(incidents.data[0]).toMatchObject({
      key: id,
      provider: "openai",
      metric: "error_rate",
      value: 0.5,
    });
  });

  it("says how fresh it is, and is not for everybody", async () => {
    const before = Date.now();
    const data = await getOverview(HOUR_RANGE, "UTC");
    expect(data.at).toBeGreaterThanOrEqual(before);
    expect((await call(overviewRoute, {})).status).toBe(401);
    const wrong = await call(overviewRoute, { token, path: "/api/v1/overview?tz=Nowhere" });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toMatchObject([{ path: "tz" }]);
  });
});

describe("a key's activity", () => {
  it("has the key, its charts, its events and its incidents", async () => {
    await send([
      {
        key: "key-a-0123456789",
        key_name: "a",
        status: 200,
        latency_ms: 50,
        input_tokens: 8,
        cached_tokens: 3,
      },
      { key: "key-a-0123456789", status: 503 },
      { key: "key-b-0123456789", status: 200 },
    ]);
    const id = await keyNamed("a");
    const answer = await call(activityRoute, { token, path: "/x?range=15m", params: { id } });
    const data = answer.body as unknown as KeyDetailDto;
    expect(data.key).toMatchObject({ id, name: "a", state: "ok" });
    expect(total(data.activity.buckets)).toBe(2);
    const [bucket] = data.activity.buckets.filter(({ input_tokens }) => input_tokens > 0);
    expect(bucket).toMatchObject({ input_tokens: 8, cached_tokens: 3, p50: expect.closeTo(50, -1) });
    expect(data.events.map(({ outcome }) => outcome).sort()).toEqual(["overloaded", "success"]);
    expect(data.incidents).toEqual([]);
    expect((await call(activityRoute, { token, params: { id: "77" } })).status).toBe(404);
  });

  it.each([
    ["15m", 10_000],
    ["1h", MINUTE],
    ["24h", 5 * MINUTE],
    ["7d", HOUR],
    ["30d", DAY],
  ])("draws %s in steps that fit a small chart", async (range, step) => {
    await send([{ key: "key-a-0123456789", key_name: "a", status: 200 }]);
    const id = await keyNamed("a");
    const answer = await call(activityRoute, { token, path: `/x?range=${range}`, params: { id } });
    expect((answer.body as unknown as KeyDetailDto).activity.step_ms).toBe(step);
  });
});

/** A zone in which it is about noon now, so that the day has hours on either side. */
function noonZone(now: number): string {
  const ahead = Math.round(12 - (now % DAY) / HOUR);
  // These names count the other way round: +3 is three hours behind UTC.
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}
