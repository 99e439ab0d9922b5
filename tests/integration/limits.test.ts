import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  DELETE as deleteLimitRoute,
  GET as getLimitRoute,
  PATCH as patchLimitRoute,
} from "@/app/api/v1/keys/[id]/limits/[limit]/route";
import { POST as createLimitRoute, GET as listLimitsRoute } from "@/app/api/v1/keys/[id]/limits/route";
import { POST as createKeyRoute } from "@/app/api/v1/keys/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { nextPeriod } from "@/lib/domain/usage/zone";
import type { LimitDto } from "@/lib/features/keys/schemas";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { call, issuesOf } from "../support/call";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";

let runtime: Runtime & { close(): Promise<void> };
let server: IngestServer;
let token: string;
let id: string;
let raw: string;
let keys = 0;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
  server = await startIngest(runtime);
  token = (await createToken({ actor: SYSTEM, input: { name: "test", role: "operator" } })).token;
});
afterAll(async () => {
  await server.close();
  await runtime.close();
});
beforeEach(async () => {
  keys += 1;
  raw = `sk-limits-${keys}-0123456789`;
  const made = await call(createKeyRoute, { token, body: { key: raw, provider: "openai" } });
  id = String(made.body.id);
});

const declare = (body: unknown, of = id) => call(createLimitRoute, { token, body, params: { id: of } });
const change = (limit: string, body: unknown) =>
  call(patchLimitRoute, { token, method: "PATCH", body, params: { id, limit } });
const list = async () => {
  const answer = await call(listLimitsRoute, { token, params: { id } });
  expect(answer.status).toBe(200);
  return (answer.body as unknown as { data: LimitDto[] }).data;
};
const send = async (events: Record<string, unknown>[]) => {
  const answer = await server.post(events.map((event) => ({ key: raw, provider: "openai", ...event })));
  expect(answer.body).toMatchObject({ accepted: events.length });
};
const times = (count: number, event: Record<string, unknown>) => Array.from({ length: count }, () => event);

describe("a declared limit", () => {
  it("is created, read, changed and deleted", async () => {
    const made = await declare({ metric: "requests", amount: 1000, window: "1m", time_zone: "UTC" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^lim_/),
      origin: "declared",
      metric: "requests",
      amount: 1000,
      window: "1m",
      time_zone: "UTC",
      used: 0,
      used_fraction: 0,
      remaining: 1000,
      resets_at: null,
      seconds_to_exhaustion: null,
    });
    const limit = String(made.body.id);
    expect(await list()).toEqual([made.body]);
    expect((await call(getLimitRoute, { token, params: { id, limit } })).body).toEqual(made.body);
    const changed = await change(limit, { amount: 10, window: "calendar_day", time_zone: "Asia/Kolkata" });
    expect(changed.body).toMatchObject({
      amount: 10,
      window: "calendar_day",
      resets_at: new Date(nextPeriod("day", "Asia/Kolkata", Date.now())).toISOString(),
    });
    expect((await call(deleteLimitRoute, { token, method: "DELETE", params: { id, limit } })).status).toBe(
      204,
    );
    expect(await list()).toEqual([]);
  });

  it("says what is used of it, past the whole too", async () => {
    await declare({ metric: "requests", amount: 4, window: "1h" });
    await declare({ metric: "total_tokens", amount: 1000, window: "24h" });
    await declare({ metric: "cost_usd", amount: 2, window: "calendar_month" });
    await send(times(5, { status: 200, input_tokens: 30, output_tokens: 20, cost_usd: 0.1 }));
    expect(await list()).toMatchObject([
      { metric: "cost_usd", used: 0.5, used_fraction: 0.25, remaining: 1.5 },
      { metric: "requests", used: 5, used_fraction: 1.25, remaining: 0, seconds_to_exhaustion: 0 },
      { metric: "total_tokens", used: 250, used_fraction: 0.25 },
    ]);
  });

  it("counts inside its window only", async () => {
    await declare({ metric: "requests", amount: 100, window: "1m" });
    await send([...times(3, { status: 200 }), ...times(7, { status: 200, time: Date.now() - 5 * 60_000 })]);
    expect(await list()).toMatchObject([{ used: 3 }]);
  });

  it("foretells when it is dry at the present rate, and stays silent on a few events", async () => {
    await declare({ metric: "requests", amount: 1000, window: "calendar_month" });
    await send(times(4, { status: 200 }));
    expect((await list())[0]?.seconds_to_exhaustion).toBeNull();
    await send(times(96, { status: 200 }));
    const [limit] = await list();
    // 100 within a minute: 900 more take nine.
    expect(limit?.seconds_to_exhaustion).toBeGreaterThan(400);
    expect(limit?.seconds_to_exhaustion).toBeLessThan(600);
  });

  it("is refused twice for one metric and window, however the window is written", async () => {
    await declare({ metric: "requests", amount: 10, window: "60s" });
    const again = await declare({ metric: "requests", amount: 20, window: "1m" });
    expect(again.status).toBe(409);
    expect(issuesOf(again)).toEqual(["window"]);
    expect((await declare({ metric: "input_tokens", amount: 20, window: "1m" })).status).toBe(201);
    const other = await declare({ metric: "requests", amount: 20, window: "5m" });
    expect((await change(String(other.body.id), { window: "1m" })).status).toBe(409);
  });

  it.each([
    [{}, ["metric", "amount", "window"]],
    [{ metric: "errors", amount: 1, window: "1m" }, ["metric"]],
    [{ metric: "requests", amount: 0, window: "1m" }, ["amount"]],
    [{ metric: "requests", amount: -5, window: "1m" }, ["amount"]],
    [{ metric: "requests", amount: "5", window: "1m" }, ["amount"]],
    [{ metric: "requests", amount: 5, window: "5s" }, ["window"]],
    [{ metric: "requests", amount: 5, window: "32d" }, ["window"]],
    [{ metric: "requests", amount: 5, window: "calendar_week" }, ["window"]],
    [{ metric: "requests", amount: 5, window: "calendar_day", time_zone: "Mars/Base" }, ["time_zone"]],
  ])("%j is refused, naming the field", async (body, paths) => {
    const answer = await declare(body);
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual(paths);
    expect(await list()).toEqual([]);
  });

  it("needs a key, an operator, and to belong to the key", async () => {
    const body = { metric: "requests", amount: 5, window: "1m" };
    expect((await declare(body, "123")).status).toBe(404);
    const viewer = (await createToken({ actor: SYSTEM, input: { name: "viewer", role: "viewer" } })).token;
    expect((await call(createLimitRoute, { token: viewer, body, params: { id } })).status).toBe(403);
    const made = await declare(body);
    const other = await call(createKeyRoute, { token, body: { key: "another-0123456789" } });
    const params = { id: String(other.body.id), limit: String(made.body.id) };
    expect((await call(getLimitRoute, { token, params })).status).toBe(404);
    expect((await call(deleteLimitRoute, { token, method: "DELETE", params })).status).toBe(404);
    expect(
      (await call(patchLimitRoute, { token, method: "PATCH", body: { amount: 9 }, params })).status,
    ).toBe(404);
    expect(await list()).toHaveLength(1);
  });

  it("is announced by its key's id, and audited", async () => {
    const heard: unknown[] = [];
    const stop = runtime.changed.subscribe((change) => heard.push(change));
    await declare({ metric: "requests", amount: 5, window: "1m" });
    stop();
    expect(heard).toEqual([{ entity: "limit", id }]);
    const { rows } = await runtime.db.pool.query(
      "SELECT action, changes FROM audit_entry WHERE entity = 'limit' AND entity_id = $1",
      [id],
    );
    expect(rows).toMatchObject([{ action: "limit.create", changes: { metric: "requests", amount: 5 } }]);
  });
});

describe("an advertised limit", () => {
  it("cannot be changed, for it follows the provider", async () => {
    await runtime.db.pool.query(
      `INSERT INTO key_limit (id, key_id, origin, metric, amount, "window", remaining, resets_at, observed_at, updated_at)
       VALUES ('lim_told', $1, 'advertised', 'requests', 500, '1m', 100, now() + interval '30 seconds', now(), now())`,
      [id],
    );
    expect(await list()).toMatchObject([
      {
        origin: "advertised",
        used: 400,
        used_fraction: 0.8,
        remaining: 100,
        observed_at: expect.any(String),
      },
    ]);
    expect((await change("lim_told", { amount: 5 })).status).toBe(409);
    expect((await declare({ metric: "requests", amount: 5, window: "1m" })).status).toBe(201);
  });
});
