import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Attributes, logs, traces, tracesInProtobuf } from "@/lib/ingest/adapters/otlp/otlp.testing";
import { foreignStage } from "../support/foreign";

const stage = foreignStage();
const AT = Date.now() - 60_000;
const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const SECRETS = ["sk-planted-secret-0001", "a planted prompt"];

const given: Attributes = {
  "http.request.method": "POST",
  "url.path": "/v1/chat?key=sk-planted-secret-0001",
  "http.response.status_code": 200,
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5",
  "gen_ai.usage.input_tokens": 12,
  "gen_ai.prompt": "a planted prompt",
  "http.request.header.authorization": ["Bearer sk-planted-secret-0001"],
  "enduser.id": "team-search",
};
const span = (spanId: string, start = AT) => ({
  kind: 2,
  traceId: "5B8EFFF798038103D269B633813FC60C",
  spanId,
  start,
  end: start + 120,
  attributes: given,
});

test("spans in JSON and protobuf, gzipped or not, are the same calls and count once", async () => {
  const spans = [span("00000000000000A1"), span("00000000000000A2")];
  const json = await stage.send("/api/v1/otlp/v1/traces", traces(...spans), JSON_TYPE);
  expect(json).toMatchObject({ status: 200, type: "application/json", text: "{}" });
  const body = tracesInProtobuf(...spans);
  for (const [sent, headers] of [
    [body, PROTOBUF],
    [gzipSync(body), { ...PROTOBUF, "content-encoding": "gzip" }],
  ] as const) {
    const answer = await stage.send("/api/v1/otlp/v1/traces", sent, headers);
    expect(answer).toMatchObject({ status: 200, type: "application/x-protobuf", text: "", length: "0" });
  }
  const events = await stage.events();
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({
    time: new Date(AT).toISOString(),
    provider: "openai",
    consumer: "team-search",
    model: "gpt-5",
    method: "POST",
    route: "/v1/chat",
    status: 200,
    outcome: "success",
    latency_ms: 120,
    input_tokens: 12,
    key: { name: "team-search" },
  });
  await stage.expectNowhere(...SECRETS);
});

test("log records that are calls count, others do not", async () => {
  const body = logs(
    { time: AT, attributes: { ...given, "http.response.status_code": 429 } },
    { time: AT, more: { body: { stringValue: "a planted prompt" } } },
  );
  for (const _again of [1, 2]) {
    const answer = await stage.send("/api/v1/otlp/v1/logs", body, JSON_TYPE);
    expect(answer).toMatchObject({ status: 200, text: "{}" });
  }
  expect(await stage.events()).toMatchObject([{ status: 429, outcome: "rate_limited" }]);
  await stage.expectNowhere(...SECRETS);
});

test("what is rejected is counted in the encoding of the request", async () => {
  const spans = [span("00000000000000B1"), span("00000000000000B2", AT - 90 * 86_400_000)];
  const json = await stage.send("/api/v1/otlp/v1/traces", traces(...spans), JSON_TYPE);
  expect(json).toMatchObject({ status: 200, type: "application/json" });
  expect(JSON.parse(json.text)).toEqual({
    partialSuccess: { rejectedSpans: "1", errorMessage: expect.stringMatching(/^time is older than/) },
  });
  const protobuf = await stage.send("/api/v1/otlp/v1/traces", tracesInProtobuf(...spans), PROTOBUF);
  expect(protobuf).toMatchObject({ status: 200, type: "application/x-protobuf" });
  expect(protobuf.text).toContain("time is older than");
  expect(await stage.events()).toHaveLength(1);
});

test("what cannot be read is refused for good, and so are other tokens", async () => {
  const path = "/api/v1/otlp/v1/traces";
  expect(await stage.send(path, Buffer.from([0x0a, 0xff, 0xff]), PROTOBUF)).toMatchObject({ status: 400 });
  expect(await stage.send(path, "{", JSON_TYPE)).toMatchObject({ status: 400 });
  const stranger = { ...PROTOBUF, authorization: "Bearer kgi_wrong" };
  expect(await stage.send(path, tracesInProtobuf(), stranger)).toMatchObject({ status: 401 });
  expect(await stage.send("/api/v1/otlp/v1/metrics", "{}", JSON_TYPE)).toMatchObject({ status: 404 });
});

test("key_from leads through the flattened record", async () => {
  await stage.runtime.db.pool.query(
    "UPDATE source SET key_from = '{attributes.http.request.header.authorization}'",
  );
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  await stage.send("/api/v1/otlp/v1/traces", tracesInProtobuf(span("00000000000000C1")), PROTOBUF);
  await stage.runtime.db.pool.query("UPDATE source SET key_from = '{}'");
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  expect(await stage.events()).toMatchObject([{ key: { hint: "…0001" } }]);
  await stage.expectNowhere(...SECRETS);
});
