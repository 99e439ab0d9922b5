import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GET as getKeyRoute, PATCH as patchKeyRoute } from "@/app/api/v1/keys/[id]/route";
import { POST as createKeyRoute, GET as listKeysRoute } from "@/app/api/v1/keys/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { createToken } from "@/lib/features/tokens/commands";
import { setLogLevel } from "@/lib/log";
import type { Runtime } from "@/lib/runtime";
import { call } from "../support/call";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";

const RAW = "sk-live-0123456789abcdefghijq9Rk";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let runtime: Runtime & { close(): Promise<void> };
let server: IngestServer;
let token: string;

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
  const { rows } = await runtime.db.pool.query<{ id: number }>("SELECT id FROM api_key");
  await runtime.db.pool.query(
    "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt, key_status, key_limit, api_key, pool, audit_entry CASCADE",
  );
  // What is remembered of keys goes with them.
  for (const { id } of rows) runtime.changed.emit({ entity: "key", id: String(id) });
});

const create = (body: unknown) => call(createKeyRoute, { token, body });
const list = async (query = "") => {
  const answer = await call(listKeysRoute, { token, path: `/api/v1/keys${query}` });
  expect(answer.status).toBe(200);
  return answer.body as unknown as { data: KeyDto[]; next_cursor: string | null; total: number };
};
const get = async (id: string) => {
  const answer = await call(getKeyRoute, { token, params: { id } });
  expect(answer.status).toBe(200);
  return answer.body as unknown as KeyDto;
};
const patch = (id: string, body: unknown) =>
  call(patchKeyRoute, { token, method: "PATCH", body, params: { id } });
const issuesOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body.errors as { path: string }[]).map(({ path }) => path);

/** Posts events of one key and returns the key. */
async function send(...events: Record<string, unknown>[]): Promise<KeyDto> {
  const answer = await server.post(events.map((event) => ({ key: RAW, provider: "openai", ...event })));
  expect(answer.body).toMatchObject({ accepted: events.length, rejected: 0 });
  const { data } = await list();
  const id = data[0]?.id;
  if (id === undefined) throw new Error("The events made no key");
  return get(id);
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

describe("POST /keys", () => {
  it("answers 201 for a new key and 200 for a known one, without the key", async () => {
    const first = await create({ key: RAW, provider: "OpenAI", name: "prod", pool: "chat" });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      id: expect.stringMatching(/^[1-9]\d*$/),
      provider: "openai",
      name: "prod",
      pool: "chat",
      hint: "…q9Rk",
      state: "idle",
      why: "never_used",
      limits: [],
      headroom: null,
      last_event_at: null,
    });
    const again = await create({ key: RAW, provider: "openai" });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    const stored = JSON.stringify([
      await runtime.db.pool.query("SELECT * FROM api_key"),
      await runtime.db.pool.query("SELECT * FROM audit_entry"),
      first.body,
    ]);
    expect(stored).not.toContain(RAW);
    expect(stored).not.toContain(RAW.slice(3));
  });

  it("knows the key that events come with", async () => {
    const made = await create({ key: RAW, provider: "openai", name: "by hand" });
    const used = await send({ status: 200, key_name: "by gateway" });
    expect(used).toMatchObject({ id: made.body.id, name: "by hand", state: "ok" });
    expect((await list()).total).toBe(1);
  });

  it("tells providers apart", async () => {
    await create({ key: RAW, provider: "openai" });
    expect((await create({ key: RAW, provider: "mistral" })).status).toBe(201);
    expect((await create({ key: RAW })).body).toMatchObject({ provider: null });
    expect((await list()).total).toBe(3);
  });

  it("hides a raw key in the name", async () => {
    const { body } = await create({ key: RAW, provider: "openai", name: `mine: ${RAW}`, pool: RAW });
    expect(body).toMatchObject({ name: "mine: …q9Rk", pool: "…q9Rk" });
  });

  it.each([
    [{}, ["key"]],
    [{ key: "  " }, ["key"]],
    [{ key: 5, name: "" }, ["key", "name"]],
    [{ key: "x".repeat(4097) }, ["key"]],
    [{ key: RAW, provider: 7, pool: {} }, ["provider", "pool"]],
  ])("refuses %j, naming the field and not the value", async (body, paths) => {
    const answer = await create(body);
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual(paths);
    expect(JSON.stringify(answer.body)).not.toContain("xxx");
  });

  it("needs an operator", async () => {
    const viewer = (await createToken({ actor: SYSTEM, input: { name: "viewer", role: "viewer" } })).token;
    expect((await call(createKeyRoute, { token: viewer, body: { key: RAW } })).status).toBe(403);
    expect((await call(createKeyRoute, { body: { key: RAW } })).status).toBe(401);
  });
});

describe("a key's state", () => {
  const cases: [string, Record<string, unknown>[], string, string][] = [
    ["a success", [{ status: 200 }], "ok", "healthy"],
    ["401 last", [{ status: 200, time: ago(2_000) }, { status: 401 }], "unauthorized", "key_refused"],
    ["a success after 403", [{ status: 403, time: ago(2_000) }, { status: 200 }], "ok", "healthy"],
    ["402", [{ status: 402 }], "exhausted", "quota_spent"],
    [
      "402 hours ago, with no word on its return",
      [{ status: 402, time: ago(5 * 3_600_000) }],
      "exhausted",
      "quota_spent",
    ],
    ["a success after 402", [{ status: 402, time: ago(2_000) }, { status: 200 }], "ok", "healthy"],
    ["402 and then 500", [{ status: 402, time: ago(2_000) }, { status: 500 }], "exhausted", "quota_spent"],
    ["429", [{ status: 429 }], "throttled", "cooling_down"],
    ["429 then a success", [{ status: 429, time: ago(5_000) }, { status: 200 }], "throttled", "cooling_down"],
    ["429 over a minute ago", [{ status: 429, time: ago(61_000), retry_after_s: 5 }], "ok", "healthy"],
    [
      "429 two minutes ago with 180 s to wait",
      [{ status: 429, time: ago(120_000), retry_after_s: 180 }],
      "throttled",
      "cooling_down",
    ],
    ["the provider overloaded", [{ status: 503 }], "ok", "healthy"],
    ["no event for a day", [{ status: 200, time: ago(DAY + MINUTE) }], "idle", "no_recent_events"],
    [
      "401 beats 402 and 429",
      [
        { status: 402, time: ago(3_000) },
        { status: 429, time: ago(2_000) },
        { status: 401, time: ago(1_000) },
      ],
      "unauthorized",
      "key_refused",
    ],
    [
      "402 beats 429",
      [
        { status: 402, time: ago(3_000) },
        { status: 429, time: ago(2_000) },
      ],
      "exhausted",
      "quota_spent",
    ],
  ];
  it.each(cases)("after %s", async (_name, events, state, why) => {
    expect(await send(...events)).toMatchObject({ state, why });
  });

  it("says until when a key cools down", async () => {
    const at = Date.now() - 10_000;
    const key = await send({ status: 429, time: at, retry_after_s: 120 });
    expect(Date.parse(key.until ?? "")).toBe(at + 120_000);
  });

  it("says to the second when a spent quota is back, and then is no longer exhausted", async () => {
    const body = {
      error: { type: "rate_limit_error", details: { error_code: "enforced_spend_limit_reached" } },
    };
    const spent = await send({ provider: "anthropic", status: 429, error: body });
    const now = new Date();
    const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    expect(spent).toMatchObject({ state: "exhausted", until: nextMonth });
    const passed = { time: Date.now() - 40_000, response_headers: { "Retry-After": "30" } };
    expect(await send({ ...passed, key: "sk-back-again", status: 402 })).toMatchObject({ state: "ok" });
  });

  it("is at risk from 80 % of a limit on, and the list agrees", async () => {
    const { id } = await send(...Array.from({ length: 79 }, () => ({ status: 200 })));
    await runtime.db.pool.query(
      `INSERT INTO key_limit (id, key_id, origin, metric, amount, "window", updated_at) VALUES ('lim_a', $1, 'declared', 'requests', 100, '24h', now())`,
      [id],
    );
    runtime.changed.emit({ entity: "limit", id });
    const before = await get(id);
    expect(before.headroom).toEqual({
      limit: "lim_a",
      metric: "requests",
      remaining: 21,
      remaining_fraction: expect.closeTo(0.21),
    });
    const key = await send({ status: 200 });
    expect(key).toMatchObject({ state: "at_risk", limits: [{ used: 80, used_fraction: 0.8 }] });
    expect((await list("?state=at_risk")).data).toEqual([key]);
  });

  it("is blocked above all, until it is unblocked", async () => {
    const { id } = await send({ status: 401 });
    expect((await patch(id, { blocked: true })).body).toMatchObject({ state: "blocked", why: "blocked" });
    expect((await list("?state=blocked")).total).toBe(1);
    expect((await patch(id, { blocked: false })).body).toMatchObject({
      state: "unauthorized",
      blocked_at: null,
    });
  });
});

describe("PATCH /keys/:id", () => {
  it("renames and moves a key, and an operator's words stand against events", async () => {
    const { id } = await send({ status: 200, key_name: "sent", pool: "sent" });
    expect((await patch(id, { name: "chosen", pool: "chosen" })).body).toMatchObject({
      name: "chosen",
      pool: "chosen",
    });
    expect(await send({ status: 200, key_name: "sent again", pool: "sent" })).toMatchObject({
      name: "chosen",
      pool: "chosen",
    });
    expect((await patch(id, { name: null })).body).toMatchObject({ name: null });
    expect(await send({ status: 200, key_name: "sent at last" })).toMatchObject({ name: "sent at last" });
  });

  it("retires a key: it leaves the lists but not the API", async () => {
    const { id } = await send({ status: 200 });
    expect((await patch(id, { retired: true })).status).toBe(200);
    expect((await list()).data).toEqual([]);
    expect((await list("?retired=true")).data).toHaveLength(1);
    expect((await get(id)).retired_at).not.toBeNull();
  });

  it("writes what changed into the audit log and announces it", async () => {
    const { id } = await send({ status: 200 });
    const heard: unknown[] = [];
    const stop = runtime.changed.subscribe((change) => heard.push(change));
    await patch(id, { name: "chosen" });
    stop();
    expect(heard).toEqual([{ entity: "key", id }]);
    const { rows } = await runtime.db.pool.query(
      "SELECT action, entity, entity_id, changes FROM audit_entry WHERE entity = 'key'",
    );
    expect(rows).toEqual([
      { action: "key.update", entity: "key", entity_id: id, changes: { name: "chosen" } },
    ]);
  });

  it.each([
    [{}, [""]],
    [{ blocked: "yes" }, ["blocked"]],
    [{ name: " ", pool: 4 }, ["name", "pool"]],
  ])("refuses %j", async (body, paths) => {
    const { id } = await send({ status: 200 });
    const answer = await patch(id, body);
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual(paths);
  });

  it.each(["1", "0", "abc", "-5", "99999999999999999999", "1e3"])("answers 404 for %s", async (id) => {
    expect((await patch(id, { name: "x" })).status).toBe(404);
    expect((await call(getKeyRoute, { token, params: { id } })).status).toBe(404);
  });
});

describe("GET /keys", () => {
  beforeEach(async () => {
    await server.post([
      { key: "key-a-0123456789", provider: "openai", key_name: "Alpha", pool: "chat", status: 200 },
      { key: "key-b-0123456789", provider: "openai", key_name: "beta", status: 429 },
      { key: "key-c-0123456789", provider: "mistral", key_name: "Gamma %_", status: 200 },
      { key: "key-d-0123456789", key_name: "delta", status: 401 },
    ]);
  });
  const names = async (query: string) => (await list(query)).data.map(({ name }) => name);

  it.each([
    ["", ["Alpha", "beta", "delta", "Gamma %_"]],
    ["?sort=-name", ["Gamma %_", "delta", "beta", "Alpha"]],
    ["?sort=state", ["delta", "beta"]],
    ["?state=ok", ["Alpha", "Gamma %_"]],
    ["?state=ok&state=throttled", ["Alpha", "beta", "Gamma %_"]],
    ["?provider=OPENAI", ["Alpha", "beta"]],
    ["?pool=chat", ["Alpha"]],
    ["?q=ET", ["beta"]],
    ["?q=%25_", ["Gamma %_"]],
    ["?q=mistral", ["Gamma %_"]],
    ["?q=nothing", []],
    ["?state=throttled&provider=mistral", []],
  ])("%s", async (query, expected) => {
    const found = await names(query);
    expect(query === "?sort=state" ? found.slice(0, 2) : found).toEqual(expected);
  });

  it.each(["name", "-name", "provider", "state", "headroom", "-last_event_at", "created_at"])(
    "pages through everything once, sorted by %s",
    async (sort) => {
      const whole = (await list(`?sort=${sort}`)).data.map(({ id }) => id);
      const paged: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page = await list(`?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
        paged.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(4);
    },
  );

  it.each([
    ["?state=broken", "state"],
    ["?sort=size", "sort"],
    ["?limit=0", "limit"],
    ["?limit=501", "limit"],
    ["?cursor=abc", "cursor"],
    ["?retired=maybe", "retired"],
  ])("refuses %s", async (query, path) => {
    const answer = await call(listKeysRoute, { token, path: `/api/v1/keys${query}` });
    expect(answer.status).toBe(422);
    expect(issuesOf(answer)).toEqual([path]);
  });
});
