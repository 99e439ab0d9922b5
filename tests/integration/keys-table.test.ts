import { beforeAll, describe, expect, it } from "vitest";
import { PATCH as changeKeysRoute, GET as listKeysRoute } from "@/app/api/v1/keys/route";
import { GET as exportRoute } from "@/app/api/v1/keys.csv/route";
import { POST as previewSilenceRoute } from "@/app/api/v1/silences/preview/route";
import { POST as createSilenceRoute } from "@/app/api/v1/silences/route";
import { DELETE as deleteViewRoute } from "@/app/api/v1/views/[id]/route";
import { GET as listViewsRoute, POST as saveViewRoute } from "@/app/api/v1/views/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { listGroups } from "@/lib/features/keys/groups";
import type { KeyRowDto } from "@/lib/features/keys/schemas";
import { createToken } from "@/lib/features/tokens/commands";
import { call, issuesOf } from "../support/call";
import { keysStage } from "../support/keys";

// What the console's table of keys stands on: pages by offset, the last hour, order by it, CSV, changes of many, views.

const stage = keysStage();
let { runtime, server, token } = stage;
let viewer: string;
beforeAll(async () => {
  ({ runtime, server, token } = stage);
  viewer = (await createToken({ actor: SYSTEM, input: { name: "viewer", role: "viewer" } })).token;
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

/** Three keys: `busy` with 3 calls (one failed), `slow` with one of 4 s, `quiet` whose only call was hours ago. */
async function furnish(): Promise<Record<"busy" | "slow" | "quiet", string>> {
  const event = (name: string, more: Record<string, unknown> = {}) => ({
    key: `sk-${name}-0123456789abcdef`,
    key_name: name,
    provider: name === "quiet" ? "mistral" : "openai",
    status: 200,
    latency_ms: 100,
    cost_usd: 0.5,
    time: ago(60_000),
    ...more,
  });
  const answer = await server.post([
    event("busy"),
    event("busy"),
    event("busy", { status: 500 }),
    event("slow", { latency_ms: 4_000, cost_usd: 2 }),
    event("quiet", { time: ago(3 * 3_600_000), cost_usd: 0 }),
  ]);
  expect(answer.body).toMatchObject({ accepted: 5 });
  const { rows } = await runtime.db.pool.query<{ id: number; name: string }>("SELECT id, name FROM api_key");
  return Object.fromEntries(rows.map(({ id, name }) => [name, String(id)])) as never;
}

async function table(query: string) {
  const answer = await call(listKeysRoute, { token, path: `/api/v1/keys?${query}` });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as { data: KeyRowDto[]; total: number };
}
const names = ({ data }: { data: KeyRowDto[] }) => data.map(({ name }) => name);

describe("GET /keys for a table", () => {
  it("sorts by the last hour and by today", async () => {
    await furnish();
    expect(names(await table("sort=-requests"))).toEqual(["busy", "slow", "quiet"]);
    expect(names(await table("sort=-error_rate"))).toEqual(["busy", "slow", "quiet"]);
    expect(names(await table("sort=-latency_p95"))).toEqual(["slow", "busy", "quiet"]);
    expect(names(await table("sort=latency_p95"))).toEqual(["quiet", "busy", "slow"]);
    expect(names(await table("sort=-cost_today&tz=Asia/Kathmandu")).slice(0, 2)).toHaveLength(2);
  });

  it("gives any stretch by its offset, with the last hour where asked for", async () => {
    await furnish();
    const page = await table("sort=-requests&offset=1&limit=1&include=lately");
    expect(page.total).toBe(3);
    expect(names(page)).toEqual(["slow"]);
    const { lately } = page.data[0] ?? {};
    expect(lately).toMatchObject({ error_rate: 0, latency_p95: expect.closeTo(4_000, -3) });
    expect(lately?.requests.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect((await table("offset=3")).data).toEqual([]);
    expect((await table("")).data[0]).not.toHaveProperty("lately");
  });

  it.each([
    ["offset=-1", "offset"],
    ["offset=x", "offset"],
    ["include=all", "include"],
    ["tz=Mars/Olympus", "tz"],
    ["sort=cost", "sort"],
  ])("refuses %s by name", async (query, path) => {
    const answer = await call(listKeysRoute, { token, path: `/api/v1/keys?${query}` });
    expect([answer.status, issuesOf(answer)]).toEqual([422, [path]]);
  });

  it("refuses a cursor beside an offset", async () => {
    await furnish();
    const { next_cursor } = (await table("limit=1")) as unknown as { next_cursor: string };
    const answer = await call(listKeysRoute, { token, path: `/api/v1/keys?offset=1&cursor=${next_cursor}` });
    expect([answer.status, issuesOf(answer)]).toEqual([422, ["offset"]]);
  });
});

describe("GET /keys.csv", () => {
  it("has a row for every key that matches, and disarms formulas", async () => {
    await furnish();
    await server.post([{ key: "sk-evil-0123456789abcdef", key_name: '=cmd|"/c calc"', provider: "openai" }]);
    const response = await exportRoute(
      new Request("http://localhost/api/v1/keys.csv?provider=openai&sort=-requests", {
        headers: { authorization: `Bearer ${token}` },
      }),
      { params: Promise.resolve({}) },
    );
    expect(response.headers.get("content-type")).toContain("text/csv");
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines[0]).toMatch(/^id,provider,name,hint,pool,state/);
    expect(lines.slice(1).map((line) => line.split(",")[2])).toEqual([
      "busy",
      "slow",
      expect.stringMatching(/^"'=cmd/),
    ]);
    expect(lines[1]).toContain(",3,");
  });
});

describe("PATCH /keys", () => {
  const change = (body: unknown, by = token) =>
    call(changeKeysRoute, { token: by, method: "PATCH", path: "/api/v1/keys", body });

  it("moves, blocks and limits many keys, with an audit entry each", async () => {
    const { busy, slow, quiet } = await furnish();
    const limit = { metric: "requests", amount: 100, window: "1h" };
    const answer = await change({ keys: [busy, quiet, busy], pool: "shared", blocked: true, limit });
    expect([answer.status, answer.body]).toEqual([200, { changed: 2 }]);
    const rows = new Map((await table("")).data.map((row) => [row.id, row]));
    expect(rows.get(busy)).toMatchObject({ pool: "shared", state: "blocked" });
    expect(rows.get(quiet)).toMatchObject({ pool: "shared", state: "blocked" });
    // A pool is of one provider.
    expect(rows.get(busy)?.pool_id).not.toBe(rows.get(quiet)?.pool_id);
    expect(rows.get(slow)).toMatchObject({ pool: null, state: "ok", limits: [] });
    expect(rows.get(busy)?.limits).toMatchObject([{ amount: 100, window: "1h", origin: "declared" }]);
    const blockedAt = rows.get(busy)?.blocked_at;

    await change({ keys: [busy, slow], blocked: true, limit: { ...limit, amount: 5 } });
    const after = new Map((await table("")).data.map((row) => [row.id, row]));
    expect(after.get(busy)?.limits).toMatchObject([{ amount: 5 }]);
    expect(after.get(slow)?.limits).toMatchObject([{ amount: 5 }]);
    expect(after.get(busy)?.blocked_at).toBe(blockedAt);

    await change({ keys: [busy, slow, quiet], blocked: false, pool: null, retired: true });
    expect((await table("")).data).toEqual([]);
    expect((await table("retired=true")).data.map(({ pool, state }) => [pool, state])).not.toContainEqual([
      "shared",
      "blocked",
    ]);
    const { rows: entries } = await runtime.db.pool.query(
      "SELECT entity_id, count(*)::int4 AS n FROM audit_entry WHERE action = 'key.update' GROUP BY 1",
    );
    expect(new Map(entries.map(({ entity_id, n }) => [entity_id, n]))).toEqual(
      new Map([
        [busy, 3],
        [slow, 2],
        [quiet, 2],
      ]),
    );
  });

  it("tags many keys, each keeping what the change does not name, and finds them by it", async () => {
    const { busy, slow, quiet } = await furnish();
    expect((await change({ keys: [busy, slow], tags: { team: "search", env: "prod" } })).status).toBe(200);
    expect((await change({ keys: [slow, quiet], tags: { env: null, owner: "ana" } })).status).toBe(200);
    const rows = new Map((await table("")).data.map((row) => [row.id, row.tags]));
    expect([busy, slow, quiet].map((id) => rows.get(id))).toEqual([
      { env: "prod", team: "search" },
      { owner: "ana", team: "search" },
      { owner: "ana" },
    ]);
    const found = async (query: string) => (await table(query)).data.map(({ id }) => id).sort();
    expect(await found("tag=team")).toEqual([busy, slow].sort());
    expect(await found("tag=team=search&tag=owner=ana")).toEqual([slow]);
    expect(await found("tag=team=sales")).toEqual([]);
    expect(await found("q=owner=an")).toEqual([slow, quiet].sort());
    const many = Object.fromEntries(Array.from({ length: 19 }, (_, i) => [`t${i}`, ""]));
    expect((await change({ keys: [quiet], tags: many })).status).toBe(200);
    const over = await change({ keys: [quiet], tags: { one: "more" } });
    expect([over.status, issuesOf(over)]).toEqual([422, ["tags"]]);
  });

  it("silences the chosen keys together, once all are known, and says before what that keeps quiet", async () => {
    const { busy, slow } = await furnish();
    const matcher = { keys: [busy, slow] };
    const preview = await call(previewSilenceRoute, { token, body: matcher });
    expect(preview.body).toMatchObject({ key_count: 2 });
    const ends_at = Date.now() + 60_000;
    const made = await call(createSilenceRoute, { token, body: { matcher, ends_at } });
    expect([made.status, made.body.matcher]).toEqual([201, matcher]);
    const wrong = await call(createSilenceRoute, {
      token,
      body: { matcher: { keys: [busy, "12345"] }, ends_at },
    });
    expect([wrong.status, issuesOf(wrong)]).toEqual([422, ["matcher.keys.1"]]);
  });

  it("changes nothing when one key is not known", async () => {
    const { busy } = await furnish();
    const answer = await change({ keys: [busy, "12345"], blocked: true });
    expect([answer.status, issuesOf(answer)]).toEqual([422, ["keys.1"]]);
    expect((await table("state=blocked")).data).toEqual([]);
  });

  it.each([
    [{ keys: [], blocked: true }, ["keys"]],
    [{ keys: ["x"], blocked: true }, ["keys.0"]],
    [{ keys: ["1"] }, [""]],
    [{ keys: ["1"], tags: { "a b": "c" } }, ["tags.a b"]],
    [{ keys: ["1"], tags: { a: 5 } }, ["tags.a"]],
    [{ keys: ["1"], limit: { metric: "requests", amount: -1, window: "1h" } }, ["limit.amount"]],
  ])("refuses %j", async (body, paths) => {
    const answer = await change(body);
    expect([answer.status, issuesOf(answer)]).toEqual([422, paths]);
  });

  it("needs an operator", async () => {
    const { busy } = await furnish();
    expect((await change({ keys: [busy], blocked: true }, viewer)).status).toBe(403);
  });
});

describe("views", () => {
  const save = (body: unknown, by = token) => call(saveViewRoute, { token: by, body });
  const listed = async (by = token) =>
    (
      (await call(listViewsRoute, { token: by, path: "/api/v1/views?page=keys" })).body as never as {
        data: { id: string; name: string; query: string }[];
      }
    ).data;

  it("are kept under a name, replaced under the same, and seen by their owner alone", async () => {
    const first = await save({ page: "keys", name: " Dry ", query: "?state=at_risk" });
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ name: "Dry", query: "state=at_risk", page: "keys" }),
    ]);
    await save({ page: "keys", name: "Dry", query: "state=exhausted" });
    expect(await listed()).toMatchObject([{ name: "Dry", query: "state=exhausted" }]);
    expect(await listed(viewer)).toEqual([]);
    const id = String(first.body.id);
    const remove = (by: string) => call(deleteViewRoute, { token: by, method: "DELETE", params: { id } });
    expect((await remove(viewer)).status).toBe(404);
    expect((await remove(token)).status).toBe(204);
    expect(await listed()).toEqual([]);
  });

  it.each([
    [{ page: "rules", name: "x", query: "" }, ["page"]],
    [{ page: "keys", name: " ", query: "" }, ["name"]],
    [{ page: "keys", name: "x", query: 5 }, ["query"]],
  ])("refuses %j", async (body, paths) => {
    const answer = await save(body);
    expect([answer.status, issuesOf(answer)]).toEqual([422, paths]);
  });

  it("are 50 a page at most", async () => {
    for (let i = 0; i < 50; i++) await save({ page: "keys", name: `v${i}`, query: "" }, viewer);
    expect((await save({ page: "keys", name: "one more", query: "" }, viewer)).status).toBe(409);
    expect((await save({ page: "keys", name: "v0", query: "q=1" }, viewer)).status).toBe(201);
  });
});

describe("listGroups", () => {
  it("adds keys up by pool and by provider, retired ones left out", async () => {
    const { busy, slow, quiet } = await furnish();
    const body = {
      keys: [busy, slow],
      pool: "shared",
      limit: { metric: "requests", amount: 4, window: "1h" },
    };
    await call(changeKeysRoute, { token, method: "PATCH", path: "/api/v1/keys", body });
    const pools = (await listGroups("pool", "UTC")).groups;
    expect(pools).toMatchObject([
      { name: "shared", provider: "openai", keys: 2, requests: 4, error_rate: 0.25, tightest: { id: busy } },
    ]);
    const of = async () => (await listGroups("provider", "UTC")).groups.map(({ name, keys }) => [name, keys]);
    expect(await of()).toEqual([
      ["openai", 2],
      ["mistral", 1],
    ]);
    const retire = { keys: [quiet], retired: true };
    await call(changeKeysRoute, { token, method: "PATCH", path: "/api/v1/keys", body: retire });
    expect(await of()).toEqual([["openai", 2]]);
  });
});
