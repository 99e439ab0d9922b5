import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GET as getKeyRoute } from "@/app/api/v1/keys/[id]/route";
import { POST as createKeyRoute, GET as listKeysRoute } from "@/app/api/v1/keys/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { call, issuesOf } from "../support/call";
import { keysStage, RAW } from "../support/keys";

const stage = keysStage();
const { list, get, patch, send } = stage;
let { runtime, server, token } = stage;
beforeAll(() => {
  ({ runtime, server, token } = stage);
});

const create = (body: unknown) => call(createKeyRoute, { token, body });

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
