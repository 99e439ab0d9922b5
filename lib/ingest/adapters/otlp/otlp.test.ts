import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "../../fields";
import type { Delivery, NativeEvent } from "../adapter";
import { claimant } from "../registry";
import { otlp } from "./otlp";
import { type Attributes, attributes, logs, type Span, traces, tracesInProtobuf } from "./otlp.testing";

const AT = 1_790_000_000_123;
const TRACE = "5B8EFFF798038103D269B633813FC60C";
const SPAN = "EEE19B7EC3C1B174";

const delivery = (body: object | Uint8Array, signal: string, type?: string): Delivery => ({
  path: `/api/v1/otlp/v1/${signal}`,
  header: (name) => (name === "content-type" ? type : undefined),
  body: Buffer.from(body instanceof Uint8Array ? body : JSON.stringify(body)),
});
const opened = (given: Delivery) =>
  (otlp.records?.(given) ?? []).map((record) => ("value" in record ? (record.value as Fields) : record));
const calls = (given: Delivery): NativeEvent[] =>
  opened(given)
    .flatMap((record) => otlp.events(record as Fields))
    .map((event) => Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)));
const span = (given: Attributes, more: Partial<Span> = {}) =>
  calls(delivery(traces({ kind: 2, start: AT, attributes: given, ...more }), "traces"))[0];

const HTTP: Attributes = {
  "http.request.method": "POST",
  "url.path": "/v1/chat",
  "http.response.status_code": 429,
  "client.address": "203.0.113.7",
  "user_agent.original": "okhttp/5.1.0",
  "http.request.body.size": 105,
  "http.response.body.size": 432,
  "http.request.header.authorization": ["Bearer sk-secret"],
  "http.response.header.retry-after": ["20"],
  "api_key.id": "key-7",
  "enduser.id": "team-search",
};
const GEN_AI: Attributes = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-5",
  "gen_ai.response.model": "gpt-5-2026",
  "gen_ai.usage.input_tokens": 15,
  "gen_ai.usage.output_tokens": 7,
  "gen_ai.usage.cache_read.input_tokens": 4,
  "gen_ai.usage.cost": 0.0025,
  "gen_ai.request.stream": true,
  "gen_ai.response.time_to_first_chunk": 0.25,
  "gen_ai.input.messages": "a prompt",
};
const call = {
  kind: 2,
  traceId: TRACE,
  spanId: SPAN,
  start: AT,
  end: AT + 81,
  attributes: { ...HTTP, ...GEN_AI },
};

describe("otlp", () => {
  const expected = {
    id: `${TRACE}-${SPAN}`.toLowerCase(),
    time: `${AT}000000`,
    key: "key-7",
    provider: "openai",
    consumer: "team-search",
    model: "gpt-5-2026",
    operation: "chat",
    method: "POST",
    route: "/v1/chat",
    user_agent: "okhttp/5.1.0",
    status: 429,
    latency_ms: 81,
    ttft_ms: 250,
    cost_usd: 0.0025,
    input_tokens: 15,
    output_tokens: 7,
    cached_tokens: 4,
    request_bytes: 105,
    response_bytes: 432,
    client_ip: "203.0.113.7",
    stream: true,
    response_headers: { "retry-after": "20" },
    tags: { service: "edge" },
  };

  it("maps a span in JSON and in protobuf to the same call", () => {
    expect(calls(delivery(traces(call), "traces", "application/json"))).toEqual([expected]);
    expect(calls(delivery(tracesInProtobuf(call), "traces", "application/x-protobuf"))).toEqual([expected]);
  });

  it("takes the encoding from the body where the content type is wrong", () => {
    const read = (body: object | Uint8Array, type: string) => calls(delivery(body, "traces", type)).length;
    expect(read(tracesInProtobuf(call), "application/json")).toBe(1);
    expect(read(traces(call), "application/x-protobuf")).toBe(1);
    expect(read(traces(call), "text/plain")).toBe(1);
  });

  it("does not take protobuf whose first length is a brace for JSON", () => {
    const padded = (length: number) =>
      tracesInProtobuf({ kind: 2, start: AT, attributes: { a: "x".repeat(length) } });
    const body = padded(123 - Number(padded(0)[1]));
    expect([...body.subarray(0, 2)]).toEqual([..."\n{"].map((character) => character.charCodeAt(0)));
    expect(calls(delivery(body, "traces", "application/x-protobuf"))).toHaveLength(1);
  });

  it("reads numbers as numbers, texts, and with the precision that nanoseconds need", () => {
    const body = traces(call);
    const [record] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    Object.assign(record ?? {}, { startTimeUnixNano: AT * 1e6, endTimeUnixNano: AT * 1e6 + 81e6 });
    expect(calls(delivery(body, "traces"))[0]).toMatchObject({ latency_ms: 81 });
    const written = attributes({ "http.status_code": "200", "gen_ai.usage.prompt_tokens": "9" });
    Object.assign(record ?? {}, { attributes: written });
    expect(calls(delivery(body, "traces"))[0]).toMatchObject({ status: 200, input_tokens: 9 });
  });

  it("knows the former names", () => {
    expect(
      span({
        "http.method": "GET",
        "http.status_code": 200,
        "http.target": "/v1/models?api_key=x",
        "http.client_ip": "203.0.113.8",
        "gen_ai.system": "az.ai.openai",
        "gen_ai.usage.prompt_tokens": 3,
        "gen_ai.usage.completion_tokens": 2,
        "http.response.header.retry_after": ["7"],
      }),
    ).toMatchObject({
      method: "GET",
      status: 200,
      route: "/v1/models?api_key=x",
      client_ip: "203.0.113.8",
      provider: "azure-openai",
      input_tokens: 3,
      output_tokens: 2,
      response_headers: { "retry-after": "7" },
    });
  });

  it.each<[string, Partial<Span>, number]>([
    ["a server's", { kind: 2, attributes: HTTP }, 1],
    ["a server's, its kind by name", { kind: "SPAN_KIND_SERVER", attributes: HTTP }, 1],
    ["a client's to a model", { kind: 3, attributes: GEN_AI }, 1],
    ["a client's to anything else", { kind: 3, attributes: HTTP }, 0],
    ["an internal one", { kind: 1, attributes: GEN_AI }, 0],
    ["a producer's", { kind: 4, attributes: HTTP }, 0],
    ["one of no kind to a model", { attributes: { "gen_ai.request.model": "gpt-5" } }, 1],
    ["one of no kind", { attributes: HTTP }, 0],
  ])("counts spans: %s", (_name, given, count) => {
    expect(calls(delivery(traces({ start: AT, ...given }), "traces"))).toHaveLength(count);
  });

  it.each<[string, Attributes, object | undefined, number]>([
    ["HTTP", HTTP, undefined, 1],
    ["tokens", { "gen_ai.usage.input_tokens": 4 }, undefined, 1],
    ["a message of the program", { "thread.id": 5 }, { body: { stringValue: "started" } }, 0],
    ["a message to a model", { "gen_ai.request.model": "m" }, { eventName: "gen_ai.user.message" }, 0],
    ["a model's choice", { "gen_ai.request.model": "m", "event.name": "gen_ai.choice" }, undefined, 0],
  ])("counts log records: %s", (_name, given, more, count) => {
    const body = logs({ time: AT, attributes: given, ...(more === undefined ? {} : { more }) });
    expect(calls(delivery(body, "logs"))).toHaveLength(count);
  });

  it("understands access logs under the gateways' own names", () => {
    const envoy = {
      response_code: 429,
      duration: 81,
      method: "POST",
      "x-envoy-origin-path": "/v1/chat",
      "x-request-id": "req-1",
      "gen_ai.request.model": "gpt-5",
    };
    const traefik = {
      DownstreamStatus: 200,
      RequestMethod: "GET",
      RequestPath: "/items",
      Duration: 5_000_000,
    };
    const json = { body: { stringValue: JSON.stringify(traefik) } };
    const ids = { traceId: TRACE, spanId: SPAN };
    const body = logs(
      { time: AT, attributes: envoy },
      { time: AT, attributes: traefik, ...ids },
      { time: AT, more: json },
    );
    expect(calls(delivery(body, "logs"))).toMatchObject([
      { id: "req-1", time: `${AT}000000`, status: 429, latency_ms: 81, route: "/v1/chat", model: "gpt-5" },
      {
        id: `${TRACE}-${SPAN}`.toLowerCase(),
        time: `${AT}000000`,
        status: 200,
        latency_ms: 5,
        route: "/items",
      },
      { status: 200, method: "GET" },
    ]);
  });

  it.each<[string, Attributes, Span["status"], object]>([
    ["the HTTP status first", { "http.status_code": 503, "error.type": "429" }, { code: 2 }, { status: 503 }],
    ["a status in error.type", { "error.type": "429" }, undefined, { status: 429, error_type: "429" }],
    ["a timeout", { "error.type": "java.net.SocketTimeoutException" }, { code: 2 }, { status: 0 }],
    [
      "an error of any kind",
      {},
      { code: 2, message: "rate_limit_exceeded" },
      { status: 500, error: "rate_limit_exceeded" },
    ],
    ["an error that is only typed", { "error.type": "rate_limit_exceeded" }, undefined, { status: 500 }],
    ["OK", {}, { code: 1 }, { status: 200 }],
  ])("takes the status from %s", (_name, given, status, shown) => {
    expect(span(given, status === undefined ? {} : { status })).toMatchObject(shown);
  });

  it("says nothing of a status that nobody named", () => {
    expect(span({ "gen_ai.request.model": "m" })).not.toHaveProperty("status");
  });

  it.each([
    [{ "user.id": "u" }, "u"],
    [{ "api_key.id": "k" }, "k"],
    [{ team: "search" }, "search"],
    [{ "cf-aig-metadata": '{"userId":"ana"}' }, "ana"],
  ])("finds the consumer in %j", (given, consumer) => {
    expect(span(given as Attributes)).toMatchObject({ consumer });
  });

  it("ids of zeros and half an identity are none; times of zero are not known", () => {
    const zeros = { traceId: "0".repeat(32), spanId: SPAN };
    expect(span({}, zeros)).not.toHaveProperty("id");
    expect(span({}, { traceId: TRACE })).not.toHaveProperty("id");
    const body = logs({
      time: 0,
      attributes: HTTP,
      more: { timeUnixNano: "0", observedTimeUnixNano: `${AT}000000` },
    });
    expect(calls(delivery(body, "logs"))[0]).toMatchObject({ time: `${AT}000000` });
  });

  it("keeps what key_from may name, and no message", () => {
    const body = logs({ time: AT, attributes: HTTP, more: { body: { stringValue: "a prompt" } } });
    expect(opened(delivery(body, "logs"))[0]).toMatchObject({
      attributes: { "api_key.id": "key-7" },
      resource: { "service.name": "edge" },
      body: {},
    });
  });

  it.each([
    ["half a protobuf", tracesInProtobuf(call).subarray(0, 90), "application/x-protobuf"],
    ["bytes", Uint8Array.of(0xff, 0xff, 0xff, 0xff), "application/x-protobuf"],
    ["half a JSON", Buffer.from('{"resourceSpans":['), "application/json"],
    ["a list", Buffer.from("[]"), "application/json"],
  ])("refuses %s, so that it is not repeated", (_name, body, type) => {
    expect(() => otlp.records?.(delivery(body, "traces", type))).toThrow(
      expect.objectContaining({ code: "bad_request" }),
    );
  });

  it("never throws anything else, whatever the bytes are", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      // One byte of a real request is another.
      fc.tuple(fc.nat(), fc.nat(255)).map(([place, byte]) => {
        const body = tracesInProtobuf(call);
        body[place % body.length] = byte;
        return body;
      }),
    );
    fc.assert(
      fc.property(bytes, fc.constantFrom("logs", "traces"), (body, signal) => {
        try {
          calls(delivery(body, signal, "application/x-protobuf"));
        } catch (error) {
          expect(error).toMatchObject({ code: "bad_request" });
        }
      }),
    );
  });

  it("answers in the encoding of the request", () => {
    const rejected = {
      accepted: 1,
      duplicates: 0,
      rejected: 2,
      errors: [{ index: 0, field: "time", message: "is old" }],
    };
    const fine = { accepted: 3, duplicates: 0, rejected: 0, errors: [] };
    const json = delivery(traces(call), "traces", "application/json");
    expect(otlp.answer?.(json, fine, AT)).toEqual({ type: "application/json", body: "{}" });
    expect(otlp.answer?.(json, rejected, AT).body).toBe(
      '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"time is old"}}',
    );
    expect(otlp.answer?.(delivery(logs({ time: AT }), "logs"), rejected, AT).body).toContain(
      "rejectedLogRecords",
    );
    const protobuf = delivery(tracesInProtobuf(call), "traces", "application/x-protobuf");
    expect(otlp.answer?.(protobuf, fine, AT)).toEqual({
      type: "application/x-protobuf",
      body: new Uint8Array(),
    });
    const partial = [0x0a, 15, 0x08, 2, 0x12, 11, ...Buffer.from("time is old")];
    expect(otlp.answer?.(protobuf, rejected, AT).body).toEqual(Uint8Array.from(partial));
  });

  it("is recognised wherever it is posted", () => {
    const elsewhere = (given: Delivery): Delivery => ({ ...given, path: "/api/v1/ingest/auto" });
    for (const given of [
      delivery(traces(call), "traces"),
      delivery(tracesInProtobuf(call), "traces", "application/x-protobuf"),
    ]) {
      expect(claimant(elsewhere(given))).toBe(otlp);
      expect(calls(elsewhere(given))).toEqual([expected]);
    }
    const logged = elsewhere(delivery(logs({ time: AT, attributes: HTTP }), "logs"));
    expect(calls(logged)).toHaveLength(1);
    expect(claimant(elsewhere(delivery({ started_at: 1 }, "logs")))).toBeNull();
  });
});
