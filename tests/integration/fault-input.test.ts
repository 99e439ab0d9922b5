import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";
import { expectTiersEqualEvents } from "../support/load";

const HOUR = 3_600_000;

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let server: IngestServer;
/** Added to the server's clock. */
let drift = 0;

beforeAll(async () => {
  runtime = await createRuntime();
  server = await startIngest(runtime, { clock: () => Date.now() + drift });
});

afterAll(async () => {
  await server?.close();
  await runtime?.close();
});

beforeEach(async () => {
  drift = 0;
  await runtime.db.pool.query("TRUNCATE usage_event, usage_10s, usage_minute, usage_hour, event_receipt");
});

const count = async () =>
  (await runtime.db.pool.query<{ n: number }>("SELECT count(*)::int8 AS n FROM usage_event")).rows[0]?.n;

const NDJSON = { "content-type": "application/x-ndjson" };
const good = '{"key":"sk-good-abcdefghijkl","status":200}';

describe("hostile records are named and spoil no other", () => {
  test.each([
    ["NaN", '{"key":"k","latency_ms":NaN}', ""],
    ["NaN as text", '{"key":"k","latency_ms":"NaN"}', "latency_ms"],
    ["infinity", '{"key":"k","cost_usd":1e999}', "cost_usd"],
    ["minus infinity", '{"key":"k","input_tokens":-1e999}', "input_tokens"],
    ["a number as text", '{"key":"k","input_tokens":"12"}', "input_tokens"],
    ["a status as text", '{"key":"k","status":"429"}', "status"],
    ["a time that is no number", '{"key":"k","time":"NaN"}', "time"],
    ["true for a number", '{"key":"k","latency_ms":true}', "latency_ms"],
    ["a key by way of __proto__", '{"__proto__":{"key":"k"},"status":200}', "key"],
    ["a status by way of constructor", '{"key":"k","status":{"constructor":{"prototype":{}}}}', "status"],
    [
      "an error nested without end",
      `{"key":"k","error":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
      "error",
    ],
    ["a record nested without end", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, ""],
  ])("%s", async (_name, bad, field) => {
    const answer = await server.post(null, { raw: `${good}\n${bad}\n${good}`, headers: NDJSON });
    expect(answer).toMatchObject({
      status: 200,
      body: { accepted: 2, rejected: 1, errors: [{ index: 1, field }] },
    });
    expect(answer.body.errors?.[0]?.message.length).toBeGreaterThan(5);
    expect(await count()).toBe(2);
  });

  test("NaN in JSON, which has none, fails its request", async () => {
    const answer = await server.post(null, { raw: `[${good},{"key":"k","latency_ms":NaN}]` });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(/^The body is not JSON/);
    expect(await count()).toBe(0);
  });

  test("names that mean something to JavaScript are ordinary ones", async () => {
    const event = `{"key":"sk-proto-abcdefghijkl","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},
      "tags":{"__proto__":"a","constructor":"b","toString":"c"},"response_headers":{"__proto__":"d"},
      "error":{"__proto__":{"polluted":1}}}`;
    expect(await server.post(null, { raw: event })).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect("polluted" in {}).toBe(false);
    const { rows } = await runtime.db.pool.query(
      "SELECT value AS tags FROM dictionary d JOIN usage_event e ON e.tags = d.id::text",
    );
    expect(Object.entries(JSON.parse(rows[0].tags)).sort()).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["toString", "c"],
    ]);
  });
});

test("nesting without end in what other gateways send spoils no other record", async () => {
  const deep = `{"request":{"uri":"/v1","extra":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}}`;
  const plain = '{"key":"sk-deep-abcdefghijkl"}';
  const answer = await fetch(`${server.url}/api/v1/ingest/auto/${server.token}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `[${plain},${deep},${plain}]`,
  });
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 200,
    body: { accepted: 2, rejected: 1, errors: [{ index: 1 }] },
  });
  expect(await count()).toBe(2);
});

test("what is ignored may be nested as it likes", async () => {
  const extra = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const raw = `{"key":"sk-extra-abcdefghijkl","extra":${extra}}`;
  expect(await server.post(null, { raw })).toMatchObject({ status: 200, body: { accepted: 1 } });
});

describe("duplicates", () => {
  test("an id counts once within a request, across requests and across both at once", async () => {
    const time = Date.now() - 30_000;
    const timed = { id: "timed", time, key: "sk-dup-abcdefghijkl" };
    const untimed = { id: "untimed", key: "sk-dup-abcdefghijkl" };
    const batch = [timed, untimed, timed, untimed];
    expect(await server.post(batch)).toMatchObject({ body: { accepted: 2, duplicates: 2 } });
    expect(await server.post(batch)).toMatchObject({ body: { accepted: 0, duplicates: 4 } });
    const fresh = batch.map((event) => ({ ...event, id: `${event.id}-2` }));
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.post(fresh)));
    expect(answers.reduce((sum, { body }) => sum + (body.accepted ?? 0), 0)).toBe(2);
    expect(answers.reduce((sum, { body }) => sum + (body.duplicates ?? 0), 0)).toBe(22);
    expect(await count()).toBe(4);
    await expectTiersEqualEvents(runtime.db.pool);
  });

  test("10,000 events of one id are one", async () => {
    const events = Array(10_000).fill({ id: "one", key: "sk-dup-abcdefghijkl" });
    expect(await server.post(events)).toMatchObject({ body: { accepted: 1, duplicates: 9_999 } });
    expect(await count()).toBe(1);
  });
});

describe("clocks", () => {
  test("an hour ahead is rejected by name, an hour behind counts in its own buckets", async () => {
    const now = Date.now();
    const answer = await server.post([
      { key: "sk-ahead-abcdefghijkl", time: now + HOUR },
      { key: "sk-behind-abcdefghijkl", time: now - HOUR },
    ]);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 1, rejected: 1 } });
    expect(answer.body.errors).toEqual([
      { index: 0, field: "time", message: "is more than 5 minutes ahead of the server's clock" },
    ]);
    const { rows } = await runtime.db.pool.query(
      "SELECT 10000 AS width, bucket FROM usage_10s UNION ALL SELECT 3600000, bucket FROM usage_hour ORDER BY 1",
    );
    const behind = now - HOUR;
    expect(rows).toEqual(
      [10_000, HOUR].map((width) => ({ width, bucket: Math.floor(behind / width) * width })),
    );
  });

  test.each([-HOUR, HOUR])(
    "the server's own clock stepping by %d ms loses and doubles nothing",
    async (step) => {
      // Within the five minutes that any clock may be ahead after the step, and with both kinds of ids.
      const events = (name: string) =>
        Array.from({ length: 50 }, (_, i) => ({
          id: `${name}-${i}`,
          key: `sk-step-${i % 5}-abcdefghijkl`,
          ...(i % 2 === 0 ? {} : { time: Date.now() - 2 * HOUR + i }),
          status: 200,
        }));
      const before = events("before");
      expect(await server.post(before)).toMatchObject({ body: { accepted: 50, rejected: 0 } });
      drift = step;
      const after = events("after");
      expect(await server.post(after)).toMatchObject({ body: { accepted: 50, rejected: 0 } });
      expect(await server.post([...before, ...after])).toMatchObject({
        body: { accepted: 0, duplicates: 100, rejected: 0 },
      });
      drift = 0;
      expect(await server.post([...before, ...after])).toMatchObject({
        body: { accepted: 0, duplicates: 100, rejected: 0 },
      });
      expect(await count()).toBe(100);
      await expectTiersEqualEvents(runtime.db.pool);
    },
  );
});
