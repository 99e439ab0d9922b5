import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MINUTES } from "@/lib/db/tier-rows";
import { type PlainType, plainArray, textArray } from "@/lib/ingest/array";
import type { CommitNotice } from "@/lib/runtime";
import { ingestStage } from "../support/ingest";

const stage = ingestStage();

describe("idempotence", () => {
  const at = () => Date.now() - 30_000;

  test("the same source, id, key and time count once", async () => {
    const event = { id: "a", time: at(), key: "k1" };
    expect(await stage.server.post([event, event])).toMatchObject({ body: { accepted: 1, duplicates: 1 } });
    expect(
      await stage.server.post([event, { ...event, key: "k2" }, { ...event, time: event.time + 1 }]),
    ).toMatchObject({
      body: { accepted: 2, duplicates: 1 },
    });
    expect(await stage.count("usage_event")).toBe(3);
    await stage.expectTiersToAgree();
  });

  test("without a time the same id counts once in 24 h, and the first arrival stands", async () => {
    expect(
      await stage.server.post([
        { id: "r", key: "k1" },
        { id: "r", key: "k2" },
      ]),
    ).toMatchObject({
      body: { accepted: 1, duplicates: 1 },
    });
    expect(await stage.server.post({ id: "r", key: "k3", status: 500 })).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 1 },
    });
    await stage.runtime.db.pool.query(
      "UPDATE event_receipt SET received_at = received_at - interval '24 hours 1 second'",
    );
    expect(await stage.server.post({ id: "r", key: "k1" })).toMatchObject({ body: { accepted: 1 } });
    await stage.expectTiersToAgree();
  });

  test("without an id every event is new, unless the request has an Idempotency-Key", async () => {
    const event = { key: "k1", time: at() };
    expect(await stage.server.post([event, event])).toMatchObject({ body: { accepted: 2 } });
    const headers = { "idempotency-key": "req-1" };
    expect(await stage.server.post([event, event], { headers })).toMatchObject({
      body: { accepted: 2, duplicates: 0 },
    });
    expect(await stage.server.post([event, event], { headers })).toMatchObject({
      body: { accepted: 0, duplicates: 2 },
    });
    expect(
      await stage.server.post([event], { headers: { "idempotency-key": "x".repeat(201) } }),
    ).toMatchObject({
      status: 400,
    });
    expect(await stage.count("usage_event")).toBe(4);
  });

  test("concurrent requests with the same events count each once", async () => {
    const events = Array.from({ length: 200 }, (_, i) => ({ id: `c${i}`, time: at(), key: `key-${i % 7}` }));
    const answers = await Promise.all(Array.from({ length: 8 }, () => stage.server.post(events)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0)).toBe(200);
    expect(answers.reduce((sum, { body }) => sum + (body.duplicates ?? 0), 0)).toBe(7 * 200);
    await stage.expectTiersToAgree();
  });
});

describe("what follows from events", () => {
  test("keys are registered once, named by their latest event, in their pool", async () => {
    await stage.server.post([
      { key: "sk-one-0123456789", provider: "OpenAI", key_name: "first" },
      { key: "sk-one-0123456789", provider: "openai", key_name: "second", pool: "chat" },
      { key: "sk-one-0123456789", provider: "anthropic" },
    ]);
    const keys = await stage.runtime.db.prisma.apiKey.findMany({
      include: { pool: true },
      orderBy: { provider: "desc" },
    });
    expect(keys).toMatchObject([
      { provider: "openai", name: "second", hint: "…6789", pool: { name: "chat" } },
      { provider: "anthropic", name: null, pool: null },
    ]);
  });

  test("an operator's name and pool stand, no pool included", async () => {
    await stage.server.post({ key: "sk-hand-0123456789", key_name: "from gateway", pool: "chat" });
    await stage.runtime.db.prisma.apiKey.updateMany({
      data: { name: "mine", nameByHand: true, poolId: null, poolByHand: true },
    });
    await stage.server.post([{ key: "sk-hand-0123456789", key_name: "again", pool: "other" }]);
    expect(await stage.runtime.db.prisma.apiKey.findFirst()).toMatchObject({ name: "mine", poolId: null });
  });

  test("late events go into their own buckets, older ones than a tier keeps into the coarser ones", async () => {
    const day = 86_400_000;
    const old = Date.now() - 5 * day;
    await stage.server.post([
      { key: "k", time: old },
      { key: "k", time: Date.now() - 3_600_000 },
      { key: "k" },
    ]);
    expect(await stage.count("usage_10s", "sum(requests)")).toBe(2);
    expect(await stage.count(MINUTES, "sum(requests)")).toBe(3);
    const { rows } = await stage.runtime.db.pool.query<{ bucket: number }>(
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
    for (const event of [...events].reverse()) await stage.server.post(event);
    const status = await stage.runtime.db.prisma.keyStatus.findFirstOrThrow();
    expect(Number(status.latestMark)).toBe((now - 20_000) * 8 + 4);
    expect(status.lastSuccessAt?.getTime()).toBe(now - 50_000);
    expect(status.rateLimitedMark >> 22n).toBe(BigInt(now - 40_000));
    expect(status.rateLimitedMark & 0x3fffffn).toBe(90n);
    expect(status.quotaMark >> 22n).toBe(BigInt(now - 30_000));
  });

  test("a commit is announced with what it added", async () => {
    const notices: CommitNotice[] = [];
    const stop = stage.runtime.committed.subscribe((notice) => notices.push(notice));
    await stage.server.post([
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
        const answer = await stage.server.post(sent);
        expect(answer.status).toBe(200);
        await stage.expectTiersToAgree();
        const { rows } = await stage.runtime.db.pool.query(
          `SELECT (SELECT sum(input_tokens) FROM usage_event)::int8 IS NOT DISTINCT FROM (SELECT nullif(sum(input_tokens), 0) FROM usage_hour)::int8
               OR (SELECT coalesce(sum(input_tokens), 0) FROM usage_event) = 0 AS tokens,
             (SELECT coalesce(sum(latency_unit(latency_ms)), 0) FROM usage_event) = (SELECT coalesce(sum(latency), 0) + latency_of(string_agg(samples, ''::bytea)) FROM usage_hour) AS latency,
             (SELECT count(*) FILTER (WHERE outcome IN (1, 2)) FROM usage_event) = (SELECT coalesce(sum(coalesce(rate_limited, 0) + coalesce(quota_exhausted, 0)), 0) FROM usage_10s) AS throttled`,
        );
        expect(rows[0]).toEqual({ tokens: true, latency: true, throttled: true });
      }),
      { numRuns: 25 },
    );
  });
});

describe("columns of a flush", () => {
  const read = async (type: string, column: Buffer | string) => {
    const { rows } = await stage.runtime.db.pool.query<{ value: string | null }>(
      `SELECT value::text FROM unnest($1::${type}[]) WITH ORDINALITY AS t(value, n) ORDER BY n`,
      [column],
    );
    return rows.map(({ value }) => value);
  };
  const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const safe = fc.maxSafeInteger();
  const types: [PlainType, fc.Arbitrary<number | bigint | boolean>, (text: string) => unknown][] = [
    ["bool", fc.boolean(), (text) => text === "true"],
    ["int2", fc.integer({ min: -32_768, max: 32_767 }), Number],
    ["int4", fc.integer(), Number],
    ["int8", fc.oneof(safe, wide), BigInt],
    ["float4", fc.float({ noDefaultInfinity: true, noNaN: true }), (text) => Math.fround(Number(text))],
    ["float8", fc.double({ noDefaultInfinity: true, noNaN: true }), Number],
  ];

  test.each(types)("arrive as they are: %s", async (type, value, parsed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(value)), async (values) => {
        const got = await read(
          type,
          plainArray(type, values, (one) => one),
        );
        const wanted = values.map((one) =>
          one === null ? null : type === "int8" ? BigInt(one) : Object.is(one, -0) ? 0 : one,
        );
        expect(
          got
            .map((text) => (text === null ? null : parsed(text)))
            .map((one) => (Object.is(one, -0) ? 0 : one)),
        ).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  test("arrive as they are: text", async () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'{}",\\ NUL'), fc.string({ unit: "grapheme", maxLength: 1 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text.filter((one) => !one.includes("\0")))), async (values) => {
        expect(
          await read(
            "text",
            textArray(values, (one) => one),
          ),
        ).toEqual(values);
      }),
      { numRuns: 30 },
    );
  });

  test("are refused when a number does not fit", () => {
    expect(() => plainArray("int4", [2 ** 31], (one) => one)).toThrow(RangeError);
    expect(() => plainArray("int2", [40_000], (one) => one)).toThrow(RangeError);
  });
});
