import { beforeEach, describe, expect, it, vi } from "vitest";
import { GET as auditRoute } from "@/app/api/v1/audit/route";
import { GET as listSourcesRoute } from "@/app/api/v1/sources/route";
import { DELETE as revokeTokenRoute } from "@/app/api/v1/tokens/[id]/route";
import { POST as createTokenRoute, GET as listTokensRoute } from "@/app/api/v1/tokens/route";
import { hashToken } from "@/lib/crypto";
import { actorOfToken, sourceOfToken } from "@/lib/features/tokens/lookup";
import { json, route } from "@/lib/http/route";
import { log } from "@/lib/log";
import { accessStage } from "../support/access";
import { call } from "../support/call";

const stage = accessStage();
const { createSource, one, sourceOf } = stage;
let { runtime, token } = stage;
beforeEach(() => {
  ({ runtime, token } = stage);
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
    await vi.waitUntil(
      async () => {
        const row = await runtime.db.prisma.token.findUnique({ where: { id: String(made.body.id) } });
        return row?.lastUsedAt != null;
      },
      { timeout: 20_000 },
    );
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
