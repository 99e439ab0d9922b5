import { beforeEach, describe, expect, it } from "vitest";
import { GET as auditRoute } from "@/app/api/v1/audit/route";
import {
  DELETE as deleteSourceRoute,
  GET as getSourceRoute,
  PATCH as patchSourceRoute,
} from "@/app/api/v1/sources/[id]/route";
import { POST as rotateRoute } from "@/app/api/v1/sources/[id]/token/route";
import { GET as listSourcesRoute } from "@/app/api/v1/sources/route";
import { GET as listTokensRoute } from "@/app/api/v1/tokens/route";
import { accessStage } from "../support/access";
import { call } from "../support/call";

const stage = accessStage();
const { createSource, one, sourceOf } = stage;
let { runtime, token } = stage;
beforeEach(() => {
  ({ runtime, token } = stage);
});

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
      `INSERT INTO usage_10s (key_id, bucket, input_tokens, output_tokens, cost_micros, source_id, consumer_id, requests, latency)
       SELECT 1, date_trunc('minute', now()) - ago * interval '1 minute', 0, 0, 0, $1, 0, 7, 0
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
