import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listEvents } from "@/lib/features/usage/events";
import { ingestStage } from "../support/ingest";

const stage = ingestStage();

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
    const plain = await stage.server.post(null, { raw, headers: { "content-type": type } });
    expect(plain).toMatchObject({ status: 200, body: { accepted, duplicates: 0, rejected: 0, errors: [] } });
    const zipped = await stage.server.post(null, {
      raw: gzipSync(raw),
      headers: { "content-type": type, "content-encoding": "gzip" },
    });
    expect(zipped).toMatchObject({ status: 200, body: { accepted } });
    expect(await stage.count("usage_event")).toBe(2 * accepted);
    await stage.expectTiersToAgree();
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
    const answer = await stage.server.post([event], options);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toEqual(expect.any(String));
    expect(await stage.count("usage_event")).toBe(0);
  });

  test("exactly 5 MiB and 10,000 events are taken", async () => {
    const bytes = 5 * 1024 * 1024;
    expect(await stage.server.post(null, { raw: `[${" ".repeat(bytes - 2)}]` })).toMatchObject({
      status: 200,
    });
    const answer = await stage.server.post(Array(10_000).fill({ key: "k" }));
    expect(answer).toMatchObject({ status: 200, body: { accepted: 10_000 } });
    await stage.expectTiersToAgree();
  });

  test("an error never repeats what was sent", async () => {
    const answer = await stage.server.post(null, { raw: '{"key":"sk-secret-value-123456", oops' });
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
    ["time", { key: "k", time: Date.now() + 86_400_000 }],
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
    const answer = await stage.server.post([{ key: "good" }, bad]);
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: 1, errors: [{ index: 1, field }] },
    });
    expect(answer.body.errors?.[0]?.message.length).toBeGreaterThan(5);
    const alone = await stage.server.post([bad]);
    expect(alone).toMatchObject({
      status: 422,
      body: { accepted: 0, rejected: 1, errors: [{ index: 0, field }] },
    });
  });

  test("a bad NDJSON line is a rejected event with its index", async () => {
    const answer = await stage.server.post(null, {
      raw: '{"key":"a"}\n{oops\n{"key":"b"}',
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 2, rejected: 1, errors: [{ index: 1 }] } });
  });

  test("at most 100 errors are listed", async () => {
    const answer = await stage.server.post(Array(150).fill({}));
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
    expect(await stage.server.post(event)).toMatchObject({ status: 200, body: { accepted: 1 } });
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
    const { rows } = await stage.runtime.db.pool.query(
      "SELECT (SELECT json_agg(e) FROM usage_event e)::text || (SELECT json_agg(k) FROM api_key k)::text || (SELECT json_agg(d) FROM dictionary d)::text AS everything",
    );
    expect(rows[0].everything).not.toContain(key);
    const limits = await stage.runtime.db.prisma.keyLimit.findMany();
    expect(limits).toMatchObject([{ origin: "advertised", metric: "requests", amount: 500, remaining: 0 }]);
  });

  test("a wait comes back whatever the outcome", async () => {
    const event = { key: "sk-proj-Zq81kTTwQ93bHxy7", status: 200, retry_after_s: 1.5 };
    expect(await stage.server.post(event)).toMatchObject({ status: 200 });
    expect((await listEvents({})).data).toMatchObject([{ outcome: "success", retry_after_s: 1.5 }]);
  });

  test.each(['sk-"quoted\\"-0123456789abcdef', "sk-plain-0123456789abcdef"])(
    "%s is found nowhere, whatever field it came in",
    async (key) => {
      const event = {
        key,
        provider: `at-${key}`,
        pool: key,
        model: "x".repeat(505) + key,
        operation: `${"%20".repeat(168)}${encodeURIComponent(key)}`,
        tags: { [key]: "a", b: `${"x".repeat(500)}${key}`, [`${"x".repeat(90)}${key}`]: "c" },
        ratelimit: [{ name: key, limit: 5 }],
        error: { error: { code: key, type: key, message: key } },
        status: 429,
      };
      const answers = [
        await stage.server.post(event),
        await stage.server.post({ ...event, tags: { [key]: 5 } }),
        await stage.server.post({ ...event, response_headers: { [`${"x".repeat(50)}${key}`]: 5 } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 422, 422]);
      const { rows } = await stage.runtime.db.pool.query(
        `SELECT (SELECT json_agg(e) FROM usage_event e)::text || (SELECT json_agg(k) FROM api_key k)::text || (SELECT json_agg(p) FROM pool p)::text
                || (SELECT json_agg(d) FROM dictionary d)::text || coalesce((SELECT json_agg(l) FROM key_limit l)::text, '') AS everything`,
      );
      const seen = rows[0].everything + JSON.stringify(answers);
      // Neither whole nor a beginning of it that was cut off.
      const piece = key.slice(0, 6);
      for (const form of [piece, encodeURIComponent(piece), JSON.stringify(piece).slice(1, -1)]) {
        expect(seen).not.toContain(form);
      }
    },
  );

  test("hostile text is stored harmlessly", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary", maxLength: 50 }),
        fc.string({ unit: "binary", maxLength: 30 }),
        async (text, tag) => {
          const answer = await stage.server.post({
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
