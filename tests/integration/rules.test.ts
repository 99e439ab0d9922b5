import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DELETE, GET, PATCH } from "@/app/api/v1/rules/[id]/route";
import { POST as test } from "@/app/api/v1/rules/[id]/test/route";
import { POST as backtest } from "@/app/api/v1/rules/backtest/route";
import { POST as preview } from "@/app/api/v1/rules/preview/route";
import { GET as LIST, POST } from "@/app/api/v1/rules/route";
import { SYSTEM } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import type { Runtime } from "@/lib/runtime";
import { startDispatcher } from "@/lib/worker/dispatcher";
import { evaluate, type Scene, scene } from "../support/alerting";
import { call } from "../support/call";
import { createRuntime } from "../support/database";

let runtime: Runtime & { close(): Promise<void> };
let stage: Scene;
let token: string;

beforeAll(async () => {
  runtime = await createRuntime();
});
beforeEach(async () => {
  stage = await scene(runtime);
  token = (await createToken({ actor: SYSTEM, input: { name: "ci", role: "operator" } })).token;
});
afterAll(() => runtime.close());

const BODY = {
  name: "Requests near the limit",
  metric: "requests",
  scope: { each: "key", provider: "OpenAI" },
  window: "5m",
  operator: ">=",
  tiers: [
    { severity: "critical", threshold: 950 },
    { severity: "warning", threshold: 800, recovery: 700 },
  ],
};

it("creates, shows, lists, changes and deletes a rule", async () => {
  const channel = await stage.channel();
  const made = await call(POST, { token, body: { ...BODY, channels: [channel] } });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    id: expect.stringMatching(/^rule_/),
    scope: { each: "key", provider: "openai" },
    tiers: [
      { severity: "warning", threshold: 800, recovery: 700 },
      { severity: "critical", threshold: 950, recovery: null },
    ],
    for: "0s",
    keep_firing_for: "0s",
    min_requests: 0,
    no_data: "ok",
    repeat_every: "24h",
    time_zone: "UTC",
    channels: [channel],
    enabled: true,
    version: 1,
    instances: [],
  });
  const params = { id: String(made.body.id) };
  expect((await call(GET, { token, params })).body).toEqual(made.body);
  expect((await call(LIST, { token })).body).toMatchObject({
    data: [{ id: params.id, states: {} }],
    next_cursor: null,
  });

  const changed = await call(PATCH, {
    token,
    params,
    method: "PATCH",
    body: { name: "Renamed", enabled: false },
  });
  expect(changed.body).toMatchObject({ name: "Renamed", enabled: false, version: 2, window: "5m" });
  expect((await call(DELETE, { token, params, method: "DELETE" })).status).toBe(204);
  expect((await call(GET, { token, params })).status).toBe(404);
  expect((await call(DELETE, { token, params, method: "DELETE" })).status).toBe(404);
  const audit = await runtime.db.prisma.auditEntry.findMany({
    where: { entity: "rule" },
    orderBy: { at: "asc" },
  });
  expect(audit.map(({ action }) => action)).toEqual(["rule.create", "rule.update", "rule.delete"]);
});

it("names the field that is wrong, also where only the whole rule can tell", async () => {
  for (const [body, path] of [
    [{ ...BODY, metric: "speed" }, "metric"],
    [{ ...BODY, window: "5" }, "window"],
    [{ ...BODY, tiers: [] }, "tiers"],
    [{ ...BODY, tiers: [{ severity: "warning", threshold: 800, recovery: 900 }] }, "tiers.0.recovery"],
    [{ ...BODY, window: "calendar_day", for: "1m" }, "tiers.1.recovery"],
    [{ ...BODY, scope: { each: "key", key: "12345" } }, "scope.key"],
    [{ ...BODY, scope: { each: "pool", pool: "nowhere" } }, "scope.pool"],
    [{ ...BODY, scope: { each: "key", source: "4711" } }, "scope.source"],
    [{ ...BODY, channels: ["chan_none"] }, "channels.0"],
    [{ ...BODY, metric: "distinct_ips", window: "2d" }, "window"],
    ["not a rule", ""],
  ] as const) {
    const { status, body: answer } = await call(POST, {
      token,
      body: typeof body === "string" ? JSON.stringify(body) : body,
    });
    expect(status).toBe(422);
    expect((answer.errors as { path: string }[]).map((issue) => issue.path)).toContain(path);
  }
  const { id } = await stage.rule();
  const patch = await call(PATCH, {
    token,
    params: { id },
    method: "PATCH",
    body: { operator: "<", tiers: BODY.tiers },
  });
  expect(patch.status).toBe(422);
  expect((patch.body.errors as { path: string }[])[0]?.path).toMatch(/^tiers\./);
});

it("points out what cannot be meant, when a rule is stored and before", async () => {
  const codes = (body: Record<string, unknown>) =>
    (body.warnings as { code: string }[]).map(({ code }) => code);
  const rule = { ...BODY, scope: { each: "key" } };
  expect(codes((await call(POST, { token, body: rule })).body)).toEqual(["watches_nothing", "tells_nobody"]);
  await stage.post("k1", 1);
  const channels = [await stage.channel()];
  const second = (await call(POST, { token, body: { ...rule, name: "Again", channels } })).body;
  expect(second.warnings).toEqual([
    {
      code: "duplicate",
      message: "“Requests near the limit” watches exactly the same: everything is told twice.",
      rule: expect.stringMatching(/^rule_/),
    },
  ]);
  const body = { rule: { ...rule, channels, scope: { each: "key", provider: "openai" }, enabled: true } };
  expect(codes((await call(preview, { token, body })).body)).toEqual(["covered"]);
  const limits = {
    name: "x",
    metric: "limit_used",
    operator: ">=",
    channels,
    tiers: [{ severity: "warning", threshold: 0.8 }],
  };
  expect(codes((await call(preview, { token, body: { rule: limits } })).body)).toEqual(["no_limit"]);
});

it("previews what a rule reads now, what it would have done, and its chart", async () => {
  for (const [key, count] of [
    ["k1", 12],
    ["k2", 3],
  ] as const)
    await stage.post(key, count);
  stage.now = Date.now();
  await stage.post("k2", 11);
  const tiers = [
    { severity: "warning", threshold: 10 },
    { severity: "critical", threshold: 12 },
  ];
  const { status, body } = await call(preview, {
    token,
    body: { rule: { ...BODY, window: "1m", tiers }, days: 1 },
  });
  expect(status).toBe(200);
  const [k1, k2] = [String(await stage.keyId("k1")), String(await stage.keyId("k2"))];
  expect(body).toMatchObject({
    now: {
      watched: 2,
      over: { warning: 1, critical: 0 },
      closest: [
        { key: k2, name: "k2", value: 11, severity: "warning" },
        { key: k1, name: "k1", value: 0, severity: null },
      ],
    },
    past: {
      incidents: 2,
      fired_count: 2,
      fired: [
        { key: k1, incidents: 1 },
        { key: k2, incidents: 1 },
      ],
      exhaustions: [],
    },
    chart: { step_ms: 600_000, series: [{ key: k1 }, { key: k2 }] },
  });
  const { series, marks } = body.chart as {
    series: { points: [number, number | null][] }[];
    marks: { severity: string }[];
  };
  const peaks = series.map(({ points }) => Math.max(...points.map(([, value]) => value ?? 0)));
  // As the evaluator sees it: what fired is seen to have crossed.
  expect(peaks).toEqual([12, 11]);
  expect(marks.map(({ severity }) => severity)).toEqual(["critical", "warning"]);
});

it("tests a rule through every channel of it", async () => {
  const dispatcher = startDispatcher(runtime);
  try {
    const channels = [await stage.channel(), await stage.channel()];
    const { id } = await stage.rule({ channels });
    const { status, body } = await call(test, { token, params: { id } });
    expect(status).toBe(200);
    expect(body.deliveries).toMatchObject(
      channels.map((channel) => ({ channel, kind: "test", state: "unconfigured", incident: null })),
    );
    const { id: silent } = await stage.rule();
    const refused = await call(test, { token, params: { id: silent } });
    expect([refused.status, (refused.body.errors as { path: string }[])[0]?.path]).toEqual([422, "channels"]);
    const viewer = (await createToken({ actor: SYSTEM, input: { name: "v", role: "viewer" } })).token;
    expect((await call(test, { token: viewer, params: { id } })).status).toBe(403);
    expect((await call(test, { token, params: { id: "rule_none" } })).status).toBe(404);
  } finally {
    await dispatcher.stop();
  }
});

it("needs an operator to write, and shows what fires", async () => {
  const viewer = (await createToken({ actor: SYSTEM, input: { name: "v", role: "viewer" } })).token;
  expect((await call(POST, { token: viewer, body: BODY })).status).toBe(403);
  const rule = await stage.rule();
  const engine = await stage.engine();
  await stage.post("k1", 11);
  await evaluate(engine, stage);
  const shown = await call(GET, { token: viewer, params: { id: rule.id } });
  const [incident] = await stage.incidents();
  expect(shown.body).toMatchObject({
    states: { firing: 1 },
    instances: [
      {
        key: String(await stage.keyId("k1")),
        group: null,
        name: "k1",
        status: "firing",
        severity: "warning",
        value: 11,
        since: new Date(stage.now).toISOString(),
        incident: incident?.id,
      },
    ],
  });
});

it("back-tests a rule over the API, group scopes by their name", async () => {
  await stage.post("k1", 10, { pool: "fast" });
  const from = new Date(stage.now - 60_000).toISOString();
  const to = new Date(stage.now + 30_000).toISOString();
  const rule = {
    ...BODY,
    scope: { each: "pool" },
    window: "1m",
    tiers: [{ severity: "warning", threshold: 10 }],
  };
  const { status, body } = await call(backtest, { token, body: { rule, from, to } });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    transitions: [{ key: null, group: "fast", from: "ok", to: "firing", value: 10 }],
    incidents: 1,
  });
  const wrong = await call(backtest, { token, body: { rule: { ...rule, operator: "=" }, from, to: "soon" } });
  expect(wrong.status).toBe(422);
  expect((wrong.body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
    "rule.operator",
    "to",
  ]);
});
