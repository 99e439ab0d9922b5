import { describe, expect, it } from "vitest";
import { DELETE as forgetRoute } from "@/app/api/v1/annotations/[id]/route";
import { POST as annotateRoute, GET as annotationsRoute } from "@/app/api/v1/annotations/route";
import { GET as activityRoute } from "@/app/api/v1/keys/[id]/activity/route";
import { GET as statesRoute } from "@/app/api/v1/keys/[id]/states/route";
import { POST as createRuleRoute } from "@/app/api/v1/rules/route";
import { GET as usageRoute } from "@/app/api/v1/usage/route";
import { VIEWS, withPrevious } from "@/components/keys/activity-model";
import type { KeyDetailDto } from "@/lib/features/keys/detail";
import type { KeyStatesDto } from "@/lib/features/keys/states";
import type { UsageSeries } from "@/lib/features/usage/schemas";
import { call } from "../support/call";
import { keysStage } from "../support/keys";

const stage = keysStage();
const MINUTE = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();

async function activity(id: string, query: string): Promise<KeyDetailDto> {
  const answer = await call(activityRoute, { token: stage.token, path: `/x?${query}`, params: { id } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as unknown as KeyDetailDto;
}

async function usage(query: string): Promise<UsageSeries[]> {
  const answer = await call(usageRoute, { token: stage.token, path: `/x?${query}` });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return (answer.body as unknown as { series: UsageSeries[] }).series;
}

/** Calls of the last hour and the one before, of everything that can be told apart. */
const calls = Array.from({ length: 60 }, (_, index) => ({
  time: ago(1 + index * 1.7),
  status: [200, 200, 429, 503, 200, 401][index % 6],
  model: ["gpt-5", "gpt-5-mini"][index % 2],
  route: ["/v1/chat", "/v1/embed", "/v1/responses"][index % 3],
  consumer: ["team-a", "team-b"][index % 2],
  client_ip: ["203.0.113.7", "2001:db8::1"][index % 2],
  latency_ms: 50 + index * 10,
  input_tokens: index,
  output_tokens: 2 * index,
  cost_usd: index / 1_000,
}));

describe("what a key's charts show", () => {
  it("is what the API says, whole and narrowed by any filter, now and before", async () => {
    const { id } = await stage.send(...calls);
    const filters = [
      "",
      "model=gpt-5",
      "route=/v1/chat&status=200",
      "outcome=rate_limited",
      "consumer=team-b",
      "client_ip=2001:db8::1",
      "client_ip=2001:0db8:0::1&model=gpt-5-mini",
    ];
    const to = Math.floor(Date.now() / MINUTE) * MINUTE;
    const from = to - 60 * MINUTE;
    for (const filter of filters) {
      const data = await activity(id, `from=${from}&to=${to}&compare=previous&${filter}`);
      const { step_ms: stepMs, buckets } = data.activity;
      expect([filter, buckets.length > 0]).toEqual([filter, true]);
      const on = { from, to, stepMs };
      const ask = (query: string, shift = 0) =>
        usage(`key=${id}&from=${from - shift}&to=${to - shift}&step=1m&${query}&${filter}`);
      const lines = Object.values(VIEWS).flatMap(({ build }) => build(buckets, on));
      const line = (key: string) => lines.find((one) => one.key === key)?.points;
      const outcomes = await ask("group_by=outcome");
      for (const { group, points } of outcomes.filter(({ points }) => points.some(([, value]) => value))) {
        expect([filter, group, line(group ?? "")]).toEqual([filter, group, points]);
      }
      const names = ["error_rate", "throttle_rate", "latency_p50", "latency_p95", "latency_p99"];
      const measures = await ask([...names, "output_tokens"].map((name) => `metric=${name}`).join("&"));
      for (const { metric, points } of measures)
        expect([filter, metric, line(metric === "output_tokens" ? "output" : metric)]).toEqual([
          filter,
          metric,
          points,
        ]);
      const [cost] = await ask("metric=cost_usd");
      const micros = (points: typeof cost) =>
        points?.points.map(([, value]) => Math.round((value ?? 0) * 1e6));
      expect(line("cost")?.map(([, value]) => Math.round((value ?? 0) * 1e6))).toEqual(micros(cost));

      const ghost = withPrevious(VIEWS.requests, data.previous?.buckets ?? [])(buckets, on).at(-1);
      const [before] = await ask("metric=requests", 60 * MINUTE);
      expect([filter, ghost?.points.map(([, value]) => value)]).toEqual([
        filter,
        before?.points.map(([, value]) => value),
      ]);
      expect(data.events.length).toBeLessThanOrEqual(20);
    }
    expect((await activity(id, "model=gpt-5")).events.every((event) => event.model === "gpt-5")).toBe(true);
  });

  it("says why it cannot be narrowed over a time whose events are gone", async () => {
    const { id } = await stage.send(...calls.slice(0, 2));
    const data = await activity(
      id,
      `from=${Date.now() - 60 * 1_440 * MINUTE}&to=${Date.now()}&model=gpt-5&route=/v1/chat`,
    );
    expect(data.refused).toContain("30 days");
    expect(data.activity.buckets).toEqual([]);
  });

  it("stands beside other keys, the unknown left out", async () => {
    const { id } = await stage.send(...calls.slice(0, 4));
    await stage.server.post(
      calls.slice(0, 3).map((event) => ({ ...event, key: "sk-other-0123456789", key_name: "other" })),
    );
    const other = (await stage.list("?q=other")).data[0]?.id;
    const data = await activity(id, `range=1h&compare=${other}&compare=77&compare=${id}`);
    expect(data.compared.map(({ id: one, name }) => [one, name])).toEqual([[other, "other"]]);
    const sum = data.compared[0]?.activity.buckets.reduce(
      (all, { outcomes }) => all + outcomes.reduce((n, m) => n + m, 0),
      0,
    );
    expect(sum).toBe(3);
    expect(data.previous).toBeNull();
  });

  it("draws in the rules that watch it and the incidents it had part in", async () => {
    const { id } = await stage.send(...calls.slice(0, 2));
    const rule = (scope: unknown) => ({
      name: "Near",
      metric: "requests",
      scope,
      window: "5m",
      operator: ">=",
      tiers: [{ severity: "warning", threshold: 800 }],
    });
    for (const scope of [
      { each: "key", provider: "openai" },
      { each: "key", provider: "xai" },
    ]) {
      expect((await call(createRuleRoute, { token: stage.token, body: rule(scope) })).status).toBe(201);
    }
    const incident = (name: string, from: number, to: number | null, members: bigint[] = [BigInt(id)]) =>
      stage.runtime.db.prisma.incident.create({
        data: {
          id: `inc_${name}`,
          ruleId: "rule_x",
          ruleName: name,
          rule: { metric: "requests" },
          scopeKey: "provider:openai",
          members,
          state: to === null ? "firing" : "resolved",
          severity: "warning",
          startedAt: new Date(Date.now() - from * MINUTE),
          resolvedAt: to === null ? null : new Date(Date.now() - to * MINUTE),
        },
      });
    await incident("over", 300, 200);
    await incident("reaches in", 90, 30);
    await incident("open", 10, null);
    await incident("of another", 10, null, [7n]);
    const data = await activity(id, "range=1h");
    expect(data.levels).toMatchObject([
      { metric: "requests", amount: 800, severity: "warning", window: "5m" },
    ]);
    expect(data.drawn.incidents.map(({ rule_name }) => rule_name)).toEqual(["reaches in", "open"]);
  });
});

describe("annotations", () => {
  it("are drawn into what they are about, listed and taken away", async () => {
    const { id } = await stage.send({ ...calls[0], pool: "chat" });
    const annotate = async (text: string, rest: Record<string, unknown> = {}) => {
      const answer = await call(annotateRoute, { token: stage.token, body: { text, at: ago(5), ...rest } });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return String(answer.body.id);
    };
    await annotate("of all", { at: ago(9) });
    const own = await annotate("of the key", { scope: { key: id }, at: ago(8) });
    await annotate("of the provider", { scope: { provider: "OpenAI" }, at: ago(7) });
    await annotate("of the pool", { scope: { pool: "chat" }, at: ago(6) });
    await annotate("of another provider", { scope: { provider: "xai" } });
    await annotate("long ago", { at: ago(300) });
    await annotate("reaches in", { at: ago(200), ends_at: ago(30) });
    const drawn = async () => (await activity(id, "range=1h")).drawn.annotations.map(({ text }) => text);
    expect(await drawn()).toEqual(["reaches in", "of all", "of the key", "of the provider", "of the pool"]);
    const listed = await call(annotationsRoute, {
      token: stage.token,
      path: `/x?key=${id}&limit=2&from=${ago(60)}`,
    });
    expect((listed.body.data as { text: string }[]).map(({ text }) => text)).toEqual([
      "of the pool",
      "of the provider",
    ]);
    const next = await call(annotationsRoute, {
      token: stage.token,
      path: `/x?key=${id}&from=${ago(60)}&cursor=${listed.body.next_cursor}`,
    });
    expect((next.body.data as { text: string }[]).map(({ text }) => text)).toEqual([
      "of the key",
      "of all",
      "reaches in",
    ]);
    const forget = () => call(forgetRoute, { token: stage.token, method: "DELETE", params: { id: own } });
    expect((await forget()).status).toBe(204);
    expect((await forget()).status).toBe(404);
    expect(await drawn()).not.toContain("of the key");
  });

  it.each([
    [{}, "text", "expected a text"],
    [{ text: "x", at: "noon" }, "at", "RFC 3339"],
    [{ text: "x", at: "2026-11-26T10:00:00Z", ends_at: "2026-11-26T09:00:00Z" }, "ends_at", "later than at"],
    [{ text: "x", scope: { key: "7" } }, "scope.key", "there is no key 7"],
    [{ text: "x", scope: { provider: "a", pool: "b" } }, "scope", "at most"],
    [{ text: "x", scope: { keys: "7" } }, "scope", "got keys"],
  ])("refuses %j", async (body, path, message) => {
    const answer = await call(annotateRoute, { token: stage.token, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  });
});

describe("a key's states", () => {
  it("follow from what is stored, blocks included, and end with the state the key has", async () => {
    const key = await stage.send(
      { time: ago(50), status: 200 },
      { time: ago(40), status: 402 },
      { time: ago(30), status: 200 },
      { time: ago(20), status: 401 },
      { time: ago(10), status: 200 },
    );
    await stage.patch(key.id, { blocked: true });
    await stage.patch(key.id, { blocked: false });
    await stage.patch(key.id, { blocked: true });
    const answer = await call(statesRoute, {
      token: stage.token,
      path: "/x?range=1h",
      params: { id: key.id },
    });
    const { states, slot_ms, at } = answer.body as unknown as KeyStatesDto;
    expect(slot_ms).toBe(10_000);
    expect(states.map(({ state }) => state)).toEqual([
      "idle",
      "ok",
      "exhausted",
      "ok",
      "unauthorized",
      "ok",
      "blocked",
    ]);
    const minutes = states.map(({ from }) => Math.round((at - from) / MINUTE));
    expect(minutes).toEqual([60, 50, 40, 30, 20, 10, 0]);
    expect(states.slice(1).map(({ from }) => from)).toEqual(states.slice(0, -1).map(({ to }) => to));
  });

  it("hold each refusal for the delay that its event names", async () => {
    const key = await stage.send(
      { time: ago(50), status: 429, retry_after_s: 600 },
      { time: ago(49), status: 200 },
      { time: ago(20), status: 429 },
      { time: ago(15), status: 200 },
    );
    const answer = await call(statesRoute, {
      token: stage.token,
      path: "/x?range=1h",
      params: { id: key.id },
    });
    const { states, at } = answer.body as unknown as KeyStatesDto;
    expect(states.map(({ from, state }) => [state, Math.round((at - from) / MINUTE)])).toEqual([
      ["idle", 60],
      ["throttled", 50],
      ["ok", 40],
      ["throttled", 20],
      ["ok", 19],
    ]);
  });

  it("know what a limit had left, and what was before the range", async () => {
    const key = await stage.send(
      { time: ago(60 * 30), status: 402 },
      ...Array.from({ length: 9 }, (_, index) => ({ time: ago(50 + index / 10), status: 402 })),
      { time: ago(40), status: 200 },
    );
    await stage.runtime.db.prisma.keyLimit.create({
      data: {
        id: "lim_x",
        keyId: BigInt(key.id),
        origin: "declared",
        metric: "requests",
        amount: 10,
        window: "15m",
      },
    });
    const answer = await call(statesRoute, {
      token: stage.token,
      path: "/x?range=1h",
      params: { id: key.id },
    });
    const { states } = answer.body as unknown as KeyStatesDto;
    expect(states.map(({ state }) => state)).toEqual(["exhausted", "at_risk", "ok"]);
  });
});
