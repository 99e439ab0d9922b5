import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as absent from "@/app/api/[...path]/route";
import { GET as openApiRoute } from "@/app/api/v1/openapi.json/route";
import { POST as saveViewRoute } from "@/app/api/v1/views/route";
import { type Role, SYSTEM } from "@/lib/domain/access/actor";
import { createAnnotation } from "@/lib/features/annotations/commands";
import { createChannel } from "@/lib/features/channels/commands";
import { addPanel, createDashboard } from "@/lib/features/dashboards/commands";
import { createInvitation } from "@/lib/features/invitations/commands";
import { createLimit } from "@/lib/features/limits/commands";
import { openApiDocument } from "@/lib/features/openapi/document";
import { ingestEventSchema } from "@/lib/features/openapi/ingest-event";
import { METHODS, type Method, type Operation } from "@/lib/features/openapi/operation";
import { paths } from "@/lib/features/openapi/paths/paths";
import { createShare } from "@/lib/features/shares/commands";
import { createSilence } from "@/lib/features/silences/commands";
import { createToken } from "@/lib/features/tokens/commands";
import { checkEvent } from "@/lib/ingest/check";
import { FieldError } from "@/lib/ingest/fields";
import { setLogLevel } from "@/lib/log";
import { type Dispatcher, startDispatcher } from "@/lib/worker/dispatcher";
import { evaluate, type Scene, scene } from "../support/alerting";
import { type Answer, call } from "../support/call";
import { createRuntime } from "../support/database";

const root = resolve(import.meta.dirname, "../..");
/** Answered by lib/ingest: tests/integration/ingest-route holds it against the fast lane. */
const FAST_LANE = "POST /api/v1/events";

type Handler = Parameters<typeof call>[0];
interface Named {
  name: string;
  path: string;
  method: Method;
  operation: Operation;
}

const operations: Named[] = Object.entries(paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item.operations[method];
    return operation === undefined
      ? []
      : [{ name: `${method.toUpperCase()} ${path}`, path, method, operation }];
  }),
);
const inNext = operations.filter(({ name }) => name !== FAST_LANE);

const fileOf = (path: string) =>
  join(root, "app", path.replaceAll("{", "[").replaceAll("}", "]"), "route.ts");

async function handlersOf(file: string): Promise<Record<string, Handler>> {
  return (await import(pathToFileURL(file).href)) as Record<string, Handler>;
}

async function handlerOf({ path, method }: Named): Promise<Handler> {
  const handler = (await handlersOf(fileOf(path)))[method.toUpperCase()];
  if (handler === undefined) throw new Error(`${path} has no ${method}`);
  return handler;
}

/** Every JSON object within, with its place. */
function* objects(value: unknown, at = "#"): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [name, inner] of Object.entries(value)) yield* objects(inner, `${at}/${name}`);
}

describe("the document", () => {
  it("has exactly the paths and methods that exist", async () => {
    const files = readdirSync(join(root, "app/api/v1"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("route.ts"))
      .map((file) => join(root, "app/api/v1", file));
    const existing: string[] = [];
    for (const file of files) {
      const path = file.slice(join(root, "app").length, -"/route.ts".length);
      for (const name of Object.keys(await handlersOf(file))) {
        if (/^[A-Z]+$/.test(name)) existing.push(`${name} ${path.replaceAll("[", "{").replaceAll("]", "}")}`);
      }
    }
    expect(operations.map(({ name }) => name).sort()).toEqual(existing.sort());
  });

  it("is pointed to where there is no such path", async () => {
    for (const [method, handler] of Object.entries(absent)) {
      const answer = await call(handler, { method, path: "/api/v1/nothing" });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(answer.body).toMatchObject({ status: 404, errors: [] });
    }
  });

  it("is served to everybody as OpenAPI 3.1", async () => {
    const answer = await call(openApiRoute);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(answer.body.openapi).toMatch(/^3\.1\./);
    expect(JSON.stringify(answer.body)).not.toContain(root);
  });

  it("holds together: references resolve, ids are unique, path parameters are declared", () => {
    const document = openApiDocument();
    const schemas = (document.components as { schemas: Record<string, unknown> }).schemas;
    for (const [at, object] of objects(document)) {
      if (typeof object.$ref !== "string") continue;
      const name = object.$ref.replace("#/components/schemas/", "");
      expect(Object.keys(schemas), `${at}: ${object.$ref}`).toContain(name);
    }
    const ids = operations.map(({ operation }) => operation.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, item] of Object.entries(paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(item.parameters ?? {}), path).toEqual(inPath);
    }
    for (const [name, item] of Object.entries(document.paths as Record<string, Record<string, unknown>>)) {
      for (const method of METHODS.filter((one) => item[one] !== undefined)) {
        const { responses, summary } = item[method] as Record<string, Record<string, unknown>>;
        expect(summary, name).toMatch(/\S/);
        const described = Object.entries(responses ?? {});
        expect(
          described.some(([status]) => status.startsWith("2")),
          `${method} ${name}`,
        ).toBe(true);
        for (const [status, response] of described) {
          expect(status).toMatch(/^[2-5]\d\d$/);
          expect((response as { description: string }).description, `${name} ${status}`).toMatch(/\S/);
        }
      }
    }
  });

  it.each(operations.filter(({ operation }) => operation.body?.example !== undefined))(
    "has an example that parses: $name",
    ({ operation }) => {
      const { schema, example } = operation.body ?? {};
      expect(schema?.safeParse(example).error).toBeUndefined();
    },
  );

  it.each(operations)("has example answers that fit: $name", ({ operation }) => {
    for (const { schema, example } of Object.values(operation.answers)) {
      if (example !== undefined) expect(schema?.safeParse(example).error).toBeUndefined();
    }
  });
});

describe("the description of an event", () => {
  const context = {
    sourceId: 1,
    now: Date.now(),
    retentionDays: 30,
    idempotencyKey: null,
    identities: new Map(),
  };
  const whole = {
    id: "a",
    time: new Date().toISOString(),
    key: "sk-openapi-0123456789",
    ...Object.fromEntries(
      "key_name provider pool consumer model operation method route region user_agent error_type"
        .split(" ")
        .map((name) => [name, "x"]),
    ),
    status: 200,
    ...Object.fromEntries(
      "latency_ms ttft_ms cost_usd input_tokens output_tokens cached_tokens request_bytes response_bytes attempt retry_after_s"
        .split(" ")
        .map((name) => [name, 1]),
    ),
    client_ip: "2001:db8::1",
    stream: true,
    cache_hit: false,
    ratelimit: [{ name: "requests", limit: 10, remaining: 9, reset_s: 1 }],
    response_headers: { "x-ratelimit-remaining-requests": "9" },
    error: { code: "x" },
    tags: { env: "test" },
  };
  const check = (event: unknown) => checkEvent(event, 0, { ...context, ring: runtime.keyring });

  it("takes what the checks take, field by field", () => {
    expect(Object.keys(whole).sort()).toEqual(Object.keys(ingestEventSchema.shape).sort());
    expect(ingestEventSchema.safeParse(whole).error).toBeUndefined();
    expect(() => check(whole)).not.toThrow();
  });

  it.each(Object.keys(ingestEventSchema.shape))("refuses a wrong %s as the checks do", (field) => {
    const wrong = { ...whole, [field]: [[1]] };
    expect(ingestEventSchema.safeParse(wrong).success).toBe(false);
    const refusal = (): FieldError | undefined => {
      try {
        check(wrong);
      } catch (error) {
        if (error instanceof FieldError) return error;
        throw error;
      }
    };
    expect(refusal()?.field).toMatch(new RegExp(`^${field}`));
  });
});

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let stage: Scene;
let dispatcher: Dispatcher;
const tokens = {} as Record<Role, string>;
const ids: Record<string, string> = {};

/** One of everything, so that no list is empty. */
beforeAll(async () => {
  setLogLevel("silent");
  runtime = await createRuntime();
  stage = await scene(runtime);
  for (const role of ["viewer", "operator", "admin"] as const)
    tokens[role] = (await createToken({ actor: SYSTEM, input: { name: role, role } })).token;
  const channel = await createChannel({
    actor: SYSTEM,
    input: { name: "Operations", kind: "email", config: { to: ["ops@example.com"] } },
  });
  const rule = await stage.rule({ channels: [channel.id], tiers: [{ severity: "warning", threshold: 3 }] });
  const engine = await stage.engine();
  await stage.post("sk-openapi-0123456789", 5, {
    key_name: "prod-chat",
    pool: "chat",
    tags: { env: "test" },
    latency_ms: 12,
  });
  const key = String(await stage.keyId("prod-chat"));
  await createLimit({
    actor: SYSTEM,
    keyId: key,
    input: { metric: "requests", amount: 10, window: "calendar_day" },
  });
  await evaluate(engine, stage);
  dispatcher = startDispatcher(runtime);
  await vi.waitFor(async () => expect((await stage.deliveries())[0]?.state).toBe("unconfigured"), 10_000);
  const annotation = await createAnnotation({ actor: SYSTEM, input: { text: "v2 deployed" } });
  const silence = await createSilence({
    actor: SYSTEM,
    input: { matcher: { key }, ends_at: Date.now() + 60_000 },
  });
  const dashboard = await createDashboard({ actor: SYSTEM, input: { name: "Chat" } });
  const panel = await addPanel({
    actor: SYSTEM,
    id: dashboard.id,
    input: { title: "Requests", query: "metric=requests" },
  });
  await createShare({
    actor: SYSTEM,
    input: { title: "Chat", dashboard: dashboard.id, expires_in: "1h" },
  });
  const rows = await runtime.db.pool.query<{
    incident: string;
    delivery: string;
    limit: string;
    provider: string;
  }>(
    `SELECT (SELECT id FROM incident) AS incident, (SELECT id FROM delivery) AS delivery, (SELECT id FROM key_limit) AS limit, (SELECT provider FROM api_key LIMIT 1) AS provider`,
  );
  const found = rows.rows[0];
  Object.assign(ids, {
    keys: key,
    rules: rule.id,
    channels: channel.id,
    incidents: found?.incident,
    deliveries: found?.delivery,
    silences: silence.id,
    annotations: annotation.id,
    sources: "7001",
    limit: found?.limit,
    dashboards: dashboard.id,
    pools: "chat",
    providers: found?.provider,
    panel: panel.id,
  });
  await createInvitation({ actor: SYSTEM, input: { email: "invited@example.com" } });
  await call(saveViewRoute, { token: tokens.admin, body: { page: "keys", name: "All", query: "" } });
});
afterAll(async () => {
  await dispatcher.stop();
  await runtime.close();
});

const paramsOf = (path: string): Record<string, string> => ({
  id: ids[path.split("/")[3] ?? ""] ?? "all",
  limit: ids.limit ?? "",
  panel: ids.panel ?? "",
  comment: "none",
});

async function run(one: Named, token: string | undefined, body?: unknown): Promise<Answer> {
  const inBody = one.method === "get" ? undefined : (body ?? one.operation.body?.example);
  return call(await handlerOf(one), {
    method: one.method.toUpperCase(),
    path: one.path,
    params: paramsOf(one.path),
    ...(token === undefined ? {} : { token }),
    ...(inBody === undefined ? {} : { body: inBody }),
  });
}

describe("against the handlers", () => {
  it.each(inNext)("asks for who it says: $name", async (one) => {
    const { access } = one.operation;
    // What Twilio has signed is shown with its callbacks.
    if (one.operation.id === "openStream" || access === "signed") return;
    const anonymous = await run(one, undefined);
    expect(anonymous.status).toBe(access === "public" ? 200 : 401);
    if (access === "operator" || access === "admin")
      expect((await run(one, tokens[access === "admin" ? "operator" : "viewer"])).status).toBe(403);
    else if (one.method === "get") expect((await run(one, tokens.viewer)).status).not.toBe(403);
  });

  it.each(
    inNext.filter(
      ({ method, path }) =>
        method === "get" &&
        // A share link has a token of its own: shown with the links.
        !/\/(stream|openapi\.json|postmortem|keys\.csv)$|\/users\/\{id\}$|\/shared\//.test(path),
    ),
  )("answers as it says: $name", async (one) => {
    const answer = await run(one, tokens.admin);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const parsed = one.operation.answers[200]?.schema?.safeParse(answer.body);
    expect(parsed?.error?.issues ?? []).toEqual([]);
    expect(parsed?.success).toBe(true);
    if (Array.isArray(answer.body.data) && !/users|audit/.test(one.path))
      expect(answer.body.data).not.toEqual([]);
  });

  it.each(
    inNext.filter(
      ({ method, path, operation }) =>
        method === "post" &&
        operation.body?.example !== undefined &&
        // Tests of settings need a provider, and stand with them.
        !/\/settings\/\w+\/test$/.test(path),
    ),
  )("takes its example and answers as it says: $name", async (one) => {
    const answer = await run(one, tokens.admin);
    const described = one.operation.answers[answer.status];
    expect(described, JSON.stringify(answer.body)).toBeDefined();
    expect(described?.schema?.safeParse(answer.body).error?.issues ?? []).toEqual([]);
  });

  it("answers problems as it says", async () => {
    const one = inNext.find(({ operation }) => operation.id === "createRule") as Named;
    const refused = await run(one, tokens.admin, { name: "x", tiers: [] });
    expect(refused.status).toBe(422);
    const { schemas } = openApiDocument().components as { schemas: Record<string, { required: string[] }> };
    expect(Object.keys(refused.body).sort()).toEqual([...(schemas.Problem?.required ?? []), "code"].sort());
  });
});
