import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listEvents } from "@/lib/features/usage/events";
import type { CommitNotice, Runtime } from "@/lib/runtime";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";

let runtime: Runtime & { close(): Promise<void> };
let server: IngestServer;

beforeAll(async () => {
  runtime = await createRuntime();
  server = await startIngest(runtime);
});

afterAll(async () => {
  await server.close();
  await runtime.close();
});

beforeEach(async () => {
  await runtime.db.pool.query(
    "TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt, key_status, key_limit, api_key, pool CASCADE",
  );
});

const count = async (table: string, what = "count(*)"): Promise<number> => {
  const { rows } = await runtime.db.pool.query<{ n: number }>(`SELECT ${what}::int8 AS n FROM ${table}`);
  return rows[0]?.n ?? 0;
};

/** Every tier says what the events say. */
async function expectTiersToAgree(): Promise<void> {
  const events = await count("usage_event");
  for (const tier of ["usage_10s", "usage_minute", "usage_hour"]) {
    expect(await count(tier, "coalesce(sum(requests), 0)")).toBe(events);
  }
}

describe("bodies", () => {
  const event = { key: "sk-live-abcdefghijklmnop", status: 200 };

  test.each([
    ["one event", JSON.stringify(event), "application/json", 1],
    ["an array", JSON.stringify([event, event]), "application/json", 2],
    [
      "an object of events",
      JSON.stringify({ events: [event, event, event] }),
      "application/json; charset=utf-8",
      3,
    ],
    ["NDJSON", `${JSON.stringify(event)}\n\n${JSON.stringify(event)}\r\n`, "application/x-ndjson", 2],
    ["an empty array", "[]", "application/json", 0],
    ["an empty list of events", '{"events":[]}', "application/json", 0],
    ["empty NDJSON", "", "application/x-ndjson", 0],
  ])("%s", async (_name, raw, type, accepted) => {
    const plain = await server.post(null, { raw, headers: { "content-type": type } });
    expect(plain).toMatchObject({ status: 200, body: { accepted, duplicates: 0, rejected: 0, errors: [] } });
    const zipped = await server.post(null, {
      raw: gzipSync(raw),
      headers: { "content-type": type, "content-encoding": "gzip" },
    });
    expect(zipped).toMatchObject({ status: 200, body: { accepted } });
    expect(await count("usage_event")).toBe(2 * accepted);
    await expectTiersToAgree();
  });

  test.each([
    ["no token", { token: null }, 401],
    ["an unknown token", { token: "kgi_unknown" }, 401],
    ["not JSON", { raw: "{" }, 400],
    ["a string", { raw: '"hello"' }, 400],
    ["a wrong type", { headers: { "content-type": "text/html" } }, 415],
    ["a wrong encoding", { headers: { "content-encoding": "br" } }, 415],
    ["broken gzip", { raw: "hello", headers: { "content-encoding": "gzip" } }, 400],
    ["invalid UTF-8", { raw: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }, 400],
    ["a body past 5 MiB", { raw: `[${" ".repeat(5 * 1024 * 1024)}]` }, 413],
    [
      "a gzip bomb",
      { raw: gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)), headers: { "content-encoding": "gzip" } },
      413,
    ],
    ["10,001 events", { raw: JSON.stringify(Array(10_001).fill(event)) }, 413],
    [
      "10,001 lines",
      { raw: "{}\n".repeat(10_001), headers: { "content-type": "application/x-ndjson" } },
      413,
    ],
  ])("%s is refused and stores nothing", async (_name, options, status) => {
    const answer = await server.post([event], options);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toEqual(expect.any(String));
    expect(await count("usage_event")).toBe(0);
  });

  test("exactly 5 MiB and 10,000 events are taken", async () => {
    const bytes = 5 * 1024 * 1024;
    expect(await server.post(null, { raw: `[${" ".repeat(bytes - 2)}]` })).toMatchObject({ status: 200 });
    const answer = await server.post(Array(10_000).fill({ key: "k" }));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 10_000 } });
    await expectTiersToAgree();
  });

  test("an error never repeats what was sent", async () => {
    const answer = await server.post(null, { raw: '{"key":"sk-secret-value-123456", oops' });
    expect(JSON.stringify(answer.body)).not.toContain("sk-secret");
  });
});

describe("fields", () => {
  test.each([
    ["key", {}],
    ["key", { key: "" }],
    ["key", { key: 5 }],
    ["id", { key: "k", id: "x".repeat(201) }],
    ["id", { key: "k", id: 5 }],
    ["time", { key: "k", time: "yesterday" }],
    ["time", { key: "k", time: Date.now() + 6 * 60_000 }],
    ["time", { key: "k", time: "2020-01-01T00:00:00Z" }],
    ["status", { key: "k", status: 600 }],
    ["status", { key: "k", status: "200" }],
    ["status", { key: "k", status: 99 }],
    ["latency_ms", { key: "k", latency_ms: -1 }],
    ["cost_usd", { key: "k", cost_usd: "1" }],
    ["input_tokens", { key: "k", input_tokens: 1.5 }],
    ["output_tokens", { key: "k", output_tokens: 3_000_000_000 }],
    ["client_ip", { key: "k", client_ip: "300.1.1.1" }],
    ["client_ip", { key: "k", client_ip: "fe80::1%eth0" }],
    ["stream", { key: "k", stream: "yes" }],
    ["model", { key: "k", model: { name: "x" } }],
    ["tags", { key: "k", tags: [] }],
    ["tags.a", { key: "k", tags: { a: 1 } }],
    ["tags", { key: "k", tags: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`t${i}`, "v"])) }],
    ["response_headers.x", { key: "k", response_headers: { x: 1 } }],
    ["ratelimit", { key: "k", ratelimit: {} }],
    ["ratelimit.0.name", { key: "k", ratelimit: [{}] }],
    ["ratelimit.0.limit", { key: "k", ratelimit: [{ name: "requests", limit: "5" }] }],
    ["error", { key: "k", error: "x".repeat(8193) }],
    ["error", { key: "k", error: [1] }],
    ["retry_after_s", { key: "k", retry_after_s: -1 }],
    ["", 5],
    ["", null],
  ])("%s is named: %j", async (field, bad) => {
    const answer = await server.post([{ key: "good" }, bad]);
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: 1, errors: [{ index: 1, field }] },
    });
    expect(answer.body.errors?.[0]?.message.length).toBeGreaterThan(5);
    const alone = await server.post([bad]);
    expect(alone).toMatchObject({
      status: 422,
      body: { accepted: 0, rejected: 1, errors: [{ index: 0, field }] },
    });
  });

  test("a bad NDJSON line is a rejected event with its index", async () => {
    const answer = await server.post(null, {
      raw: '{"key":"a"}\n{oops\n{"key":"b"}',
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 2, rejected: 1, errors: [{ index: 1 }] } });
  });

  test("at most 100 errors are listed", async () => {
    const answer = await server.post(Array(150).fill({}));
    expect(answer.status).toBe(422);
    expect(answer.body.rejected).toBe(150);
    expect(answer.body.errors).toHaveLength(100);
  });

  test("every field comes back as it was sent, without the key", async () => {
    const key = "sk-proj-Zq81kTTwQ93bHxy7";
    const time = new Date(Date.now() - 60_000).toISOString();
    const event = {
      id: "evt-1",
      time,
      key,
      key_name: "prod-chat",
      provider: "OpenAI",
      pool: "chat",
      consumer: "team-a",
      model: "gpt-5",
      operation: "chat",
      method: "POST",
      route: `/v1/chat/completions?api_key=${key}#x`,
      region: "eu-west-1",
      user_agent: `curl/8 ${key}`,
      error_type: "rate_limit_exceeded",
      status: 429,
      latency_ms: 812.5,
      ttft_ms: 90,
      cost_usd: 0.012345,
      input_tokens: 1200,
      output_tokens: 33,
      cached_tokens: 100,
      request_bytes: 5000,
      response_bytes: 600,
      attempt: 2,
      client_ip: "2001:db8::1",
      stream: true,
      cache_hit: false,
      retry_after_s: 20,
      ratelimit: [{ name: "requests", limit: 500, remaining: 0, reset_s: 20 }],
      response_headers: { "x-secret": key },
      error: { error: { message: `key ${key}`, code: "rate_limit_exceeded" } },
      tags: { app: "shop", leaked: key, ["__proto__"]: "x" },
      unknown_field: { anything: 1 },
    };
    expect(await server.post(event)).toMatchObject({ status: 200, body: { accepted: 1 } });
    const page = await listEvents({});
    expect(page.data).toHaveLength(1);
    const { response_headers, error, id, key: _key, unknown_field, ...same } = event;
    expect(page.data[0]).toMatchObject({
      ...same,
      provider: "openai",
      route: "/v1/chat/completions",
      user_agent: "curl/8 …Hxy7".replace("Hxy7", key.slice(-4)),
      tags: { app: "shop", leaked: `…${key.slice(-4)}` },
      key: { hint: `…${key.slice(-4)}`, name: "prod-chat" },
      outcome: "rate_limited",
    });
    const { rows } = await runtime.db.pool.query(
      "SELECT (SELECT json_agg(e) FROM usage_event e)::text || (SELECT json_agg(k) FROM api_key k)::text || (SELECT json_agg(d) FROM dictionary d)::text AS everything",
    );
    expect(rows[0].everything).not.toContain(key);
    const limits = await runtime.db.prisma.keyLimit.findMany();
    expect(limits).toMatchObject([{ origin: "advertised", metric: "requests", amount: 500, remaining: 0 }]);
  });

  test("hostile text is stored harmlessly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 50 }),
        fc.string({ unit: "binary", maxLength: 30 }),
        async (text, tag) => {
          const answer = await server.post({
            key: "hostile-key-1",
            model: text,
            consumer: `${text}\u0000\ud800`,
            tags: { [tag]: text },
          });
          expect(answer).toMatchObject({ status: 200, body: { accepted: 1 } });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("idempotence", () => {
  const at = () => Date.now() - 30_000;

  test("the same source, id, key and time count once", async () => {
    const event = { id: "a", time: at(), key: "k1" };
    expect(await server.post([event, event])).toMatchObject({ body: { accepted: 1, duplicates: 1 } });
    expect(
      await server.post([event, { ...event, key: "k2" }, { ...event, time: event.time + 1 }]),
    ).toMatchObject({
      body: { accepted: 2, duplicates: 1 },
    });
    expect(await count("usage_event")).toBe(3);
    await expectTiersToAgree();
  });

  test("without a time the same id counts once in 24 h, and the first arrival stands", async () => {
    expect(
      await server.post([
        { id: "r", key: "k1" },
        { id: "r", key: "k2" },
      ]),
    ).toMatchObject({
      body: { accepted: 1, duplicates: 1 },
    });
    expect(await server.post({ id: "r", key: "k3", status: 500 })).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 1 },
    });
    await runtime.db.pool.query(
      "UPDATE event_receipt SET received_at = received_at - interval '24 hours 1 second'",
    );
    expect(await server.post({ id: "r", key: "k1" })).toMatchObject({ body: { accepted: 1 } });
    await expectTiersToAgree();
  });

  test("without an id every event is new, unless the request has an Idempotency-Key", async () => {
    const event = { key: "k1", time: at() };
    expect(await server.post([event, event])).toMatchObject({ body: { accepted: 2 } });
    const headers = { "idempotency-key": "req-1" };
    expect(await server.post([event, event], { headers })).toMatchObject({
      body: { accepted: 2, duplicates: 0 },
    });
    expect(await server.post([event, event], { headers })).toMatchObject({
      body: { accepted: 0, duplicates: 2 },
    });
    expect(await server.post([event], { headers: { "idempotency-key": "x".repeat(201) } })).toMatchObject({
      status: 400,
    });
    expect(await count("usage_event")).toBe(4);
  });

  test("concurrent requests with the same events count each once", async () => {
    const events = Array.from({ length: 200 }, (_, i) => ({ id: `c${i}`, time: at(), key: `key-${i % 7}` }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.post(events)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0)).toBe(200);
    expect(answers.reduce((sum, { body }) => sum + (body.duplicates ?? 0), 0)).toBe(7 * 200);
    await expectTiersToAgree();
  });
});

describe("what follows from events", () => {
  test("keys are registered once, named by their latest event, in their pool", async () => {
    await server.post([
      { key: "sk-one-0123456789", provider: "OpenAI", key_name: "first" },
      { key: "sk-one-0123456789", provider: "openai", key_name: "second", pool: "chat" },
      { key: "sk-one-0123456789", provider: "anthropic" },
    ]);
    const keys = await runtime.db.prisma.apiKey.findMany({
      include: { pool: true },
      orderBy: { provider: "desc" },
    });
    expect(keys).toMatchObject([
      { provider: "openai", name: "second", hint: "…6789", pool: { name: "chat" } },
      { provider: "anthropic", name: null, pool: null },
    ]);
  });

  test("an operator's name and pool stand, no pool included", async () => {
    await server.post({ key: "sk-hand-0123456789", key_name: "from gateway", pool: "chat" });
    await runtime.db.prisma.apiKey.updateMany({
      data: { name: "mine", nameByHand: true, poolId: null, poolByHand: true },
    });
    await server.post([{ key: "sk-hand-0123456789", key_name: "again", pool: "other" }]);
    expect(await runtime.db.prisma.apiKey.findFirst()).toMatchObject({ name: "mine", poolId: null });
  });

  test("late events go into their own buckets, older ones than a tier keeps into the coarser ones", async () => {
    const day = 86_400_000;
    const old = Date.now() - 5 * day;
    await server.post([{ key: "k", time: old }, { key: "k", time: Date.now() - 3_600_000 }, { key: "k" }]);
    expect(await count("usage_10s", "sum(requests)")).toBe(2);
    expect(await count("usage_minute", "sum(requests)")).toBe(3);
    const { rows } = await runtime.db.pool.query<{ bucket: number }>(
      "SELECT bucket FROM usage_hour ORDER BY bucket LIMIT 1",
    );
    expect(rows[0]?.bucket).toBe(Math.floor(old / 3_600_000) * 3_600_000);
  });

  test("key status keeps the latest event in whatever order they arrive", async () => {
    const now = Date.now();
    const events = [
      { key: "k", time: now - 50_000, status: 200 },
      { key: "k", time: now - 40_000, status: 429, retry_after_s: 90 },
      { key: "k", time: now - 30_000, status: 402 },
      { key: "k", time: now - 20_000, status: 401 },
    ];
    for (const event of [...events].reverse()) await server.post(event);
    const status = await runtime.db.prisma.keyStatus.findFirstOrThrow();
    expect(Number(status.latestMark)).toBe((now - 20_000) * 8 + 4);
    expect(status.lastSuccessAt?.getTime()).toBe(now - 50_000);
    expect(status.rateLimitedMark >> 22n).toBe(BigInt(now - 40_000));
    expect(status.rateLimitedMark & 0x3fffffn).toBe(90n);
    expect(status.quotaMark >> 22n).toBe(BigInt(now - 30_000));
  });

  test("a commit is announced with what it added", async () => {
    const notices: CommitNotice[] = [];
    const stop = runtime.committed.subscribe((notice) => notices.push(notice));
    await server.post([
      { key: "k", status: 200, input_tokens: 5, cost_usd: 0.5 },
      { key: "k", status: 429, input_tokens: 7 },
    ]);
    stop();
    const deltas = notices.flatMap((notice) => notice.deltas);
    expect(deltas.reduce((sum, delta) => sum + delta.requests, 0)).toBe(2);
    expect(deltas.reduce((sum, delta) => sum + delta.inputTokens, 0)).toBe(12);
    expect(deltas.reduce((sum, delta) => sum + delta.costMicros, 0)).toBe(500_000);
    expect(deltas.reduce((sum, delta) => sum + (delta.outcomes[1] ?? 0), 0)).toBe(1);
  });

  test("random batches: every tier equals the events, whatever is repeated", async () => {
    const event = fc.record({
      id: fc.option(fc.integer({ min: 0, max: 20 }).map(String), { nil: undefined }),
      time: fc.option(fc.integer({ min: 0, max: 7_200_000 }), { nil: undefined }),
      key: fc.constantFrom("a", "b", "c"),
      consumer: fc.option(fc.constantFrom("x", "y"), { nil: undefined }),
      status: fc.constantFrom(0, 200, 401, 402, 404, 429, 500, 503),
      latency_ms: fc.option(fc.float({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
      input_tokens: fc.option(fc.nat(10_000), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
        const now = Date.now();
        const sent = events.map((e) => ({ ...e, time: e.time === undefined ? undefined : now - e.time }));
        const answer = await server.post(sent);
        expect(answer.status).toBe(200);
        await expectTiersToAgree();
        const { rows } = await runtime.db.pool.query(
          `SELECT (SELECT sum(input_tokens) FROM usage_event)::int8 IS NOT DISTINCT FROM (SELECT nullif(sum(input_tokens), 0) FROM usage_hour)::int8
               OR (SELECT coalesce(sum(input_tokens), 0) FROM usage_event) = 0 AS tokens,
             (SELECT coalesce(sum(latency_unit(latency_ms)), 0) FROM usage_event) = (SELECT coalesce(sum(latency), 0) FROM usage_minute) AS latency,
             (SELECT count(*) FILTER (WHERE outcome IN (1, 2)) FROM usage_event) = (SELECT coalesce(sum(rate_limited + quota_exhausted), 0) FROM usage_10s) AS throttled`,
        );
        expect(rows[0]).toEqual({ tokens: true, latency: true, throttled: true });
      }),
      { numRuns: 25 },
    );
  });
});
