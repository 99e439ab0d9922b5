import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { GET as auditRoute } from "@/app/api/v1/audit/route";
import {
  DELETE as deleteSourceRoute,
  GET as getSourceRoute,
  PATCH as patchSourceRoute,
} from "@/app/api/v1/sources/[id]/route";
import { POST as rotateRoute } from "@/app/api/v1/sources/[id]/token/route";
import { POST as createSourceRoute, GET as listSourcesRoute } from "@/app/api/v1/sources/route";
import { DELETE as revokeTokenRoute } from "@/app/api/v1/tokens/[id]/route";
import { POST as createTokenRoute, GET as listTokensRoute } from "@/app/api/v1/tokens/route";
import { hashToken } from "@/lib/crypto";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { actorOfToken, sourceOfToken } from "@/lib/features/tokens/lookup";
import { json, route } from "@/lib/http/route";
import { log, setLogLevel } from "@/lib/log";
import { type Answer, type CallOptions, call } from "../support/call";
import { createRuntime } from "../support/database";

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let token: string;

beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
});
afterAll(() => runtime.close());
beforeEach(async () => {
  await runtime.db.pool.query("TRUNCATE source, token, audit_entry CASCADE");
  runtime.changed.emit({ entity: "token", id: "all" });
  token = (await createToken({ actor: SYSTEM, input: { name: "tests", role: "admin" } })).token;
});

const createSource = (body: unknown, options: CallOptions = {}) =>
  call(createSourceRoute, { token, body, ...options });
const one = (answer: Answer) => ({ params: { id: String(answer.body.id) }, token });
const sourceOf = (value: unknown) => sourceOfToken(hashToken(String(value)));

describe("sources", () => {
  it("are made with a token that is shown once", async () => {
    const made = await createSource({
      name: " Edge ",
      format: "kong",
      key_from: ["request.headers.x-api-key"],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^[1-9]\d*$/),
      name: "Edge",
      format: "kong",
      key_from: ["request.headers.x-api-key"],
      token: expect.stringMatching(/^kgi_/),
      accepted: 0,
      rejects: [],
      last_event_at: null,
      requests_per_minute: 0,
    });
    const secret = String(made.body.token);
    expect(await sourceOf(secret)).toEqual({
      tokenId: expect.stringMatching(/^tok_/),
      id: Number(made.body.id),
      name: "Edge",
      format: "kong",
      keyFrom: ["request.headers.x-api-key"],
      signingSecret: null,
    });
    const shown = await call(getSourceRoute, one(made));
    expect(shown.body.ingest_token).toMatchObject({ hint: `…${secret.slice(-4)}` });
    const listed = await call(listSourcesRoute, { token });
    const audit = await call(auditRoute, { token });
    const stored = await runtime.db.pool.query("SELECT t.*::text, encode(hash, 'escape') FROM token t");
    for (const place of [shown.body, listed.body, audit.body, stored.rows]) {
      expect(JSON.stringify(place)).not.toContain(secret);
    }
    expect(JSON.stringify(audit.body)).toContain("source.create");
  });

  it("keep a signing secret encrypted, for the ingest alone", async () => {
    const secret = "whsec-0123456789";
    const made = await createSource({ name: "a", format: "helicone", signing_secret: secret });
    expect(made.body).toMatchObject({ signed: true });
    expect(await sourceOf(made.body.token)).toMatchObject({ signingSecret: secret });
    const patch = (body: object) => call(patchSourceRoute, { ...one(made), method: "PATCH", body });
    const renamed = await patch({ name: "b" });
    expect(renamed.body).toMatchObject({ signed: true });
    const audit = await call(auditRoute, { token });
    const stored = await runtime.db.pool.query("SELECT s.*::text FROM source s");
    for (const place of [made.body, renamed.body, audit.body, stored.rows]) {
      expect(JSON.stringify(place)).not.toContain(secret);
    }
    expect((await patch({ signing_secret: "another-secret" })).body).toMatchObject({ signed: true });
    expect(await sourceOf(made.body.token)).toMatchObject({ signingSecret: "another-secret" });
    expect((await patch({ signing_secret: null })).body).toMatchObject({ signed: false });
    expect(await sourceOf(made.body.token)).toMatchObject({ signingSecret: null });
    const changes = JSON.stringify((await call(auditRoute, { token })).body);
    expect(changes).not.toContain("another-secret");
    expect(changes).toContain('"signed":false');
  });

  it("take defaults, can be changed, and their names are taken", async () => {
    const made = await createSource({ name: "a" });
    expect(made.body).toMatchObject({ format: "native", key_from: [] });
    const changed = await call(patchSourceRoute, {
      ...one(made),
      method: "PATCH",
      body: { name: "b", key_from: ["k"] },
    });
    expect(changed.body).toMatchObject({ id: made.body.id, name: "b", format: "native", key_from: ["k"] });
    expect(changed.body.token).toBeUndefined();
    expect(await sourceOf(made.body.token)).toMatchObject({ name: "b", keyFrom: ["k"] });
    const other = await createSource({ name: "c" });
    for (const taken of [
      await createSource({ name: "b" }),
      await call(patchSourceRoute, { ...one(other), method: "PATCH", body: { name: "b" } }),
    ]) {
      expect(taken.status).toBe(409);
      expect(taken.body.errors).toEqual([{ path: "name", message: "is taken by another source" }]);
    }
  });

  it("get another token, which ends the former; two rotations at once leave one in force", async () => {
    const made = await createSource({ name: "a" });
    expect(await sourceOf(made.body.token)).not.toBeNull();
    const rotated = await call(rotateRoute, { ...one(made), method: "POST" });
    expect(rotated.status).toBe(201);
    expect(await sourceOf(made.body.token)).toBeNull();
    expect(await sourceOf(rotated.body.token)).toMatchObject({ id: Number(made.body.id) });
    const both = await Promise.all([1, 2].map(() => call(rotateRoute, { ...one(made), method: "POST" })));
    const working = await Promise.all(both.map(({ body }) => sourceOf(body.token)));
    expect(working.filter((found) => found !== null)).toHaveLength(1);
  });

  it("lose their token when deleted", async () => {
    const made = await createSource({ name: "a" });
    expect(await sourceOf(made.body.token)).not.toBeNull();
    expect((await call(deleteSourceRoute, { ...one(made), method: "DELETE" })).status).toBe(204);
    expect(await sourceOf(made.body.token)).toBeNull();
    expect((await call(getSourceRoute, one(made))).status).toBe(404);
    expect((await call(deleteSourceRoute, { ...one(made), method: "DELETE" })).status).toBe(404);
  });

  it("are listed in pages by name", async () => {
    for (const name of ["c", "a", "b"]) await createSource({ name });
    const names = async (query: string): Promise<[unknown[], string | null]> => {
      const { body } = await call(listSourcesRoute, { token, path: `/api/v1/sources?${query}` });
      return [(body.data as { name: string }[]).map(({ name }) => name), body.next_cursor as string | null];
    };
    const [first, cursor] = await names("limit=2");
    expect(first).toEqual(["a", "b"]);
    expect(await names(`limit=2&cursor=${cursor}`)).toEqual([["c"], null]);
  });

  it("show the requests of the last minute", async () => {
    const made = await createSource({ name: "a" });
    await runtime.db.pool.query(
      `INSERT INTO usage_10s (key_id, bucket, input_tokens, output_tokens, cached_tokens, cost_micros, request_bytes,
         response_bytes, source_id, consumer_id, requests, rate_limited, quota_exhausted, overloaded, unauthorized,
         client_error, server_error, timeout, latency)
       SELECT 1, date_trunc('minute', now()) - ago * interval '1 minute', 0,0,0,0,0,0, $1, 0, 7, 0,0,0,0,0,0,0, 0
         FROM unnest(ARRAY[0, 5]) AS ago`,
      [Number(made.body.id)],
    );
    expect((await call(getSourceRoute, one(made))).body.requests_per_minute).toBe(7);
  });
});

describe("bad input", () => {
  it.each([
    [{}, 422, "name"],
    [{ name: "" }, 422, "name"],
    [{ name: "x".repeat(101) }, 422, "name"],
    [{ name: 5 }, 422, "name"],
    [{ name: "a", format: "soap" }, 422, "format"],
    [{ name: "a", key_from: "x" }, 422, "key_from"],
    [{ name: "a", key_from: [""] }, 422, "key_from.0"],
    [{ name: "a", key_from: Array(21).fill("x") }, 422, "key_from"],
    [{ name: "a\u0000b" }, 400, "name"],
    [{ name: "a", signing_secret: "short" }, 422, "signing_secret"],
    [{ name: "a", key_from: ["\ud800"] }, 400, "key_from.0"],
    [[], 422, ""],
    ["null", 422, ""],
  ])("%j gets %i on %s", async (body, status, path) => {
    const answer = await createSource(body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ type: "about:blank", status, title: expect.any(String) });
    expect((answer.body.errors as { path: string }[]).map((issue) => issue.path)).toContain(path);
    expect(await runtime.db.prisma.source.count()).toBe(0);
  });

  it.each([
    ["", 400],
    ["{", 400],
    ["[".repeat(100_000), 400],
    [`{"name":${"[".repeat(5000)}${"]".repeat(5000)}}`, 400],
    [JSON.stringify({ name: "x".repeat(1024 * 1024) }), 413],
  ])("a body that cannot be read gets its status (%#)", async (body, status) => {
    expect((await createSource(body)).status).toBe(status);
  });

  it("ids, limits and cursors that cannot be are told apart from what is not there", async () => {
    for (const id of ["0", "-1", "x", "1e3", "2147483648", "99999999999999999999", "9"]) {
      expect((await call(getSourceRoute, { token, params: { id } })).status).toBe(404);
    }
    expect((await call(getSourceRoute, { token, params: { id: "a\u0000" } })).status).toBe(400);
    for (const query of [
      "limit=0",
      "limit=501",
      "limit=x",
      "cursor=x",
      "cursor=W10",
      "cursor=WyJcdTAwMDAiXQ",
    ]) {
      const answer = await call(listSourcesRoute, { token, path: `/api/v1/sources?${query}` });
      expect([query, answer.status]).toEqual([query, 422]);
    }
    for (const cursor of [
      ["x", "y"],
      [1e300, "y"],
      [1, 2],
    ]) {
      const text = Buffer.from(JSON.stringify(cursor)).toString("base64url");
      const answer = await call(listTokensRoute, { token, path: `/api/v1/tokens?cursor=${text}` });
      expect(answer.status).toBe(422);
    }
  });
});

describe("management tokens", () => {
  const make = (body: unknown) => call(createTokenRoute, { token, body });

  it("are shown once, listed by hint, and revoked at once", async () => {
    const made = await make({ name: "ci", role: "viewer" });
    const secret = String(made.body.token);
    expect(secret).toMatch(/^kgm_/);
    expect((await call(listSourcesRoute, { token: secret })).status).toBe(200);
    expect(await actorOfToken(hashToken(secret))).toEqual({
      kind: "token",
      id: made.body.id,
      name: "ci",
      role: "viewer",
    });
    const listed = await call(listTokensRoute, { token });
    expect(listed.body.data).toMatchObject([{ name: "ci", hint: `…${secret.slice(-4)}` }, { name: "tests" }]);
    expect((await call(revokeTokenRoute, { ...one(made), method: "DELETE" })).status).toBe(204);
    expect((await call(listSourcesRoute, { token: secret })).status).toBe(401);
    expect((await call(revokeTokenRoute, { ...one(made), method: "DELETE" })).status).toBe(404);
    const audit = await call(auditRoute, { token, path: "/api/v1/audit?action=token." });
    expect((audit.body.data as { action: string }[]).map(({ action }) => action)).toEqual([
      "token.revoke",
      "token.create",
      "token.create",
    ]);
    expect(JSON.stringify([listed.body, audit.body])).not.toContain(secret);
  });

  it("note when they were used", async () => {
    const made = await make({ name: "ci", role: "viewer" });
    await call(listSourcesRoute, { token: String(made.body.token) });
    await vi.waitUntil(async () => {
      const row = await runtime.db.prisma.token.findUnique({ where: { id: String(made.body.id) } });
      return row?.lastUsedAt != null;
    });
  });

  it("do not let an ingest token manage, nor a management token ingest", async () => {
    const source = await createSource({ name: "a" });
    expect((await call(listSourcesRoute, { token: String(source.body.token) })).status).toBe(401);
    expect(await sourceOf(token)).toBeNull();
  });

  it.each([
    [{ role: "viewer" }, "name"],
    [{ name: "x" }, "role"],
    [{ name: "x", role: "root" }, "role"],
  ])("name what is wrong in %j", async (body, path) => {
    const answer = await make(body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path }]);
  });

  it("are needed: nothing, nonsense and other schemes get 401", async () => {
    for (const authorization of [undefined, "Bearer", "Bearer x", "Basic eDp5", "Bearer a b"]) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await call(listSourcesRoute, { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
  });
});

describe("the token cache", () => {
  it("costs a known and an unknown token no query, and follows changes made elsewhere", async () => {
    const made = await createSource({ name: "a" });
    const hash = hashToken(String(made.body.token));
    const unknown = hashToken("kgi_unknown");
    const query = vi.spyOn(runtime.db.pool, "query");
    const lookups = () => query.mock.calls.filter(([sql]) => String(sql).includes("FROM token")).length;
    await Promise.all(Array.from({ length: 50 }, () => sourceOfToken(hash)));
    for (let i = 0; i < 50; i++) await sourceOfToken(unknown);
    for (let i = 0; i < 50; i++) await sourceOfToken(hash);
    expect(lookups()).toBe(2);
    await runtime.db.pool.query("UPDATE token SET revoked_at = now() WHERE kind = 'ingest'");
    expect(await sourceOfToken(hash)).not.toBeNull();
    runtime.changed.emit({ entity: "token", id: "elsewhere" });
    expect(await sourceOfToken(hash)).toBeNull();
    query.mockRestore();
  });

  it("does not keep what a change overtook", async () => {
    const made = await createSource({ name: "a" });
    const hash = hashToken(String(made.body.token));
    const before = sourceOfToken(hash);
    await runtime.db.pool.query("UPDATE token SET revoked_at = now() WHERE kind = 'ingest'");
    runtime.changed.emit({ entity: "token", id: "elsewhere" });
    await before;
    expect(await sourceOfToken(hash)).toBeNull();
  });
});

describe("unexpected errors", () => {
  it("are logged with their cause and tell the outside nothing", async () => {
    const error = vi.spyOn(log, "error").mockImplementation(() => {});
    const failure = new Error("password of the database is hunter2");
    const handler = route(() => {
      throw failure;
    });
    const answer = await call(handler, { token });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain("hunter2");
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ err: failure }), expect.any(String));
    error.mockRestore();
  });

  it("do not happen on public routes without a token", async () => {
    const handler = route(({ actor }) => json({ actor }), { auth: "public" });
    expect((await call(handler)).body).toEqual({ actor: null });
  });
});

describe("the audit log", () => {
  it("filters and pages, newest first", async () => {
    for (const name of ["a", "b", "c"]) await createSource({ name });
    const get = (query: string) => call(auditRoute, { token, path: `/api/v1/audit?${query}` });
    const first = await get("entity=source&limit=2");
    expect(first.body.data).toMatchObject([
      {
        action: "source.create",
        entity: "source",
        changes: { name: "c" },
        actor: { kind: "token", name: "tests" },
      },
      { changes: { name: "b" } },
    ]);
    const second = await get(`entity=source&limit=2&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({ data: [{ changes: { name: "a" } }], next_cursor: null });
    expect((await get(`to=${Date.now() - 60_000}`)).body.data).toEqual([]);
    expect((await get("from=yesterday")).body.errors).toMatchObject([{ path: "from" }]);
  });
});
