import { describe, expect, it } from "vitest";
import { readSignals } from "@/lib/domain/signals/signals";
import type { NativeEvent } from "./adapter";
import { apipark } from "./apipark";
import { recogniser } from "./registry";

const AT = 1_790_000_000_000;
const upstream = (id: string, status: unknown, more: object = {}) => ({
  provider: "openai",
  model: "gpt-5",
  key: `openai-${id}@ai-key`,
  status,
  ...more,
});

const record = (more: object = {}, ai: object = {}) => ({
  request_id: "rq-1",
  msec: AT,
  time_iso8601: "2026-09-21T15:33:20.000+02:00",
  request_method: "POST",
  request_uri: "https://gateway.example/ai/chat?apikey=secret",
  status: 200,
  request_time: 640,
  request_length: "210",
  response_length: 1_900,
  src_ip: "203.0.113.7",
  api: "api-1",
  service: "svc-1",
  service_title: "Chat",
  application: "app-search",
  authorization: "auth-0001",
  authorization_name: "search, production",
  response_headers: { "Retry-After": "20", "X-RateLimit-Remaining-Requests": "0" },
  request_header: "Authorization=Bearer+sk-caller",
  request_body: '{"messages":[]}',
  ai: {
    ai_provider: "openai",
    ai_model: "gpt-5",
    ai_key: "openai-b@ai-key",
    ai_model_status: "normal",
    ai_model_input_token: 25,
    ai_model_output_token: "12",
    ai_model_total_token: 37,
    ai_provider_statuses: [upstream("a", "quota exhausted"), upstream("b", "normal")],
    ...ai,
  },
  ...more,
});

const outcomes = (given: object) =>
  apipark.events({ ...given }).map((event) => [event.key, outcomeOf(event)]);
const outcomeOf = ({ status, error, error_type, provider, response_headers }: NativeEvent) =>
  readSignals(
    {
      status: status ?? null,
      error,
      errorType: error_type ?? null,
      provider: provider ?? null,
      responseHeaders: response_headers ?? null,
    },
    AT,
  ).outcome;

describe("apipark", () => {
  it("maps a call, and beside it every upstream key that took part, without counting anything twice", () => {
    expect(apipark.events(record())).toEqual([
      {
        id: "rq-1",
        time: AT,
        key: "auth-0001",
        key_name: "search, production",
        consumer: "app-search",
        provider: "openai",
        model: "gpt-5",
        method: "POST",
        route: "/ai/chat?apikey=secret",
        status: 200,
        latency_ms: 640,
        request_bytes: 210,
        response_bytes: 1_900,
        client_ip: "203.0.113.7",
        input_tokens: 25,
        output_tokens: 12,
        response_headers: { "retry-after": "20" },
        tags: { service: "Chat", api: "api-1" },
      },
      {
        id: "rq-1/1",
        time: AT,
        key: "openai-a@ai-key",
        key_name: "openai-a",
        provider: "openai",
        model: "gpt-5",
        attempt: 1,
        error_type: "quota exhausted",
        error: { code: "quota_exhausted" },
      },
      {
        id: "rq-1/2",
        time: AT,
        key: "openai-b@ai-key",
        key_name: "openai-b",
        provider: "openai",
        model: "gpt-5",
        attempt: 2,
        status: 200,
        response_headers: { "retry-after": "20", "x-ratelimit-remaining-requests": "0" },
      },
    ]);
  });

  it("finds the fields wherever the formatter put them", () => {
    const { ai, ...plain } = record();
    expect(apipark.events({ ...plain, ...ai })).toEqual(apipark.events(record()));
    const grouped = {
      time_iso8601: "2026-09-21T15:33:20.000+02:00",
      request_id: "rq-2",
      request: { request_method: "GET", request_uri: "/v1/models", remote_addr: "203.0.113.7" },
      proxy: { proxy_method: "GET", proxy_uri: "/models", proxy_addr: "upstream:80" },
      status_code: { status: 204, proxy_status: 204 },
      time: { request_time: 25, response_time: 25_190_416 },
    };
    expect(apipark.events(grouped)).toEqual([
      {
        id: "rq-2",
        time: Date.parse("2026-09-21T15:33:20.000+02:00"),
        method: "GET",
        route: "/v1/models",
        status: 204,
        latency_ms: 25,
        client_ip: "203.0.113.7",
      },
    ]);
  });

  it("reads versions that send every value as text, the time in seconds", () => {
    const text = record(
      {
        msec: "1790000000",
        status: "429",
        request_time: "640",
        response_headers: "",
        response_header: "Content-Type=application%2Fjson&Retry-After=7",
      },
      {
        ai_model_input_token: "",
        ai_provider_statuses: JSON.stringify([upstream("b", "exceeded")]),
      },
    );
    const [call, key] = apipark.events(text);
    expect(call).toMatchObject({ time: AT, status: 429, latency_ms: 640 });
    expect(call).toMatchObject({ input_tokens: undefined, response_headers: { "retry-after": "7" } });
    expect(key).toMatchObject({ status: 429, response_headers: { "content-type": "application/json" } });
  });

  it.each([
    ["a number in ns", 25_190_416, 25.19],
    ["text in ms", "25", 25],
    ["text in ns", "25190416", 25.19],
    ["nothing", "", undefined],
  ])("without the request's own time takes the upstream's: %s", (_name, response_time, latency_ms) => {
    expect(apipark.events(record({ request_time: "", response_time }))[0]?.latency_ms).toBe(latency_ms);
  });

  it.each([
    ["normal", 200, "success"],
    ["normal", 502, "success"],
    ["quota exhausted", 429, "quota_exhausted"],
    ["quota_exhausted", 429, "quota_exhausted"],
    ["exceeded", 429, "rate_limited"],
    ["exceeded", 200, "rate_limited"],
    ["expired", 401, "unauthorized"],
    ["expired", 429, "unauthorized"],
    ["invalid", 401, "unauthorized"],
    ["invalid", 429, "rate_limited"],
    ["timeout", 504, "timeout"],
    ["invalid request", 400, "client_error"],
    ["Invalid Request", 200, "client_error"],
  ])("a key reported as %s, the call answered with %i, is %s", (state, status, outcome) => {
    const last = record({ status }, { ai_provider_statuses: [upstream("b", state)] });
    expect(outcomes(last)[1]).toEqual(["openai-b@ai-key", outcome]);
    const first = record(
      { status },
      { ai_provider_statuses: [upstream("a", state), upstream("b", "normal")] },
    );
    expect(outcomes(first)[1]).toEqual(["openai-a@ai-key", outcome]);
  });

  it("a success whose attempts exhausted two other keys is a success", () => {
    const statuses = [
      upstream("a", "quota exhausted"),
      upstream("c", "quota exhausted"),
      upstream("b", "normal"),
    ];
    expect(outcomes(record({}, { ai_provider_statuses: statuses }))).toEqual([
      ["auth-0001", "success"],
      ["openai-a@ai-key", "quota_exhausted"],
      ["openai-c@ai-key", "quota_exhausted"],
      ["openai-b@ai-key", "success"],
    ]);
  });

  it("the provider's error is about the upstream key, and says more than its state", () => {
    const failed = record(
      { status: 429, response_body: '{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}' },
      { ai_provider_statuses: [upstream("b", "invalid")] },
    );
    expect(outcomes(failed)).toEqual([
      ["auth-0001", "rate_limited"],
      ["openai-b@ai-key", "quota_exhausted"],
    ]);
    const long = record({ ...failed, response_body: "x".repeat(9_000) }, failed.ai);
    expect(apipark.events(long)[1]?.error).toEqual({ code: "too_many_requests", error: "x".repeat(2_048) });
  });

  it.each([
    ["the one named", {}, "openai-b@ai-key", ["openai-a@ai-key"]],
    ["the last that worked", { ai_key: "" }, "openai-b@ai-key", ["openai-a@ai-key"]],
    [
      "the last when none did",
      { ai_key: "", ai_provider_statuses: [upstream("b", "expired"), upstream("a", "exceeded")] },
      "openai-a@ai-key",
      ["openai-b@ai-key"],
    ],
    ["the one named, without a list", { ai_provider_statuses: "" }, "openai-b@ai-key", []],
    ["none at all", { ai_key: "", ai_provider_statuses: "" }, undefined, []],
  ])("without a caller the call belongs to its upstream key: %s", (_name, ai, own, others) => {
    const events = apipark.events(record({ authorization: "" }, ai));
    expect(events.map((event) => event.key)).toEqual([own, ...others]);
    expect(events[0]).toMatchObject({
      id: "rq-1",
      consumer: "app-search",
      input_tokens: 25,
      response_headers: { "retry-after": "20", "x-ratelimit-remaining-requests": "0" },
    });
  });

  it("without a list the key that is named stands for its only attempt", () => {
    const events = apipark.events(
      record({ status: 429 }, { ai_provider_statuses: "", ai_model_status: "exceeded" }),
    );
    expect(events.map((event) => [event.key, outcomeOf(event)])).toEqual([
      ["auth-0001", "rate_limited"],
      ["openai-b@ai-key", "rate_limited"],
    ]);
  });

  it("a call that is not about AI has neither provider nor further keys", () => {
    const { ai: _, ...plain } = record();
    expect(apipark.events(plain)).toMatchObject([
      { key: "auth-0001", provider: undefined, model: undefined },
    ]);
  });

  it("refuses what is no call", () => {
    expect(() => apipark.events({ hello: "world" })).toThrow("expected at least request_id or status");
  });

  it("carries no body, no request header and no prompt", () => {
    const told = JSON.stringify(apipark.events(record({ response_body: "an answer" })));
    for (const secret of ["sk-caller", "messages", "an answer"]) expect(told).not.toContain(secret);
  });

  it("is recognised, and nginx's log is not taken for it", () => {
    const { ai, ...plain } = record();
    for (const one of [record(), { ...plain, ...ai }, plain]) expect(recogniser(one)).toBe(apipark);
    const nginx = {
      request_id: "1",
      time_iso8601: "2026-09-21T15:33:20+02:00",
      request_uri: "/",
      status: "200",
    };
    expect(apipark.recognises(nginx)).toBe(false);
    const short = { ...nginx, request_method: "GET", request_time: "12", src_ip: "203.0.113.7" };
    expect(recogniser({ ...short, application: "app-1" })).toBe(apipark);
  });

  it("is answered with nothing", () => {
    expect(apipark.answer?.({} as never, {} as never, 0)).toEqual({ type: null, body: "" });
  });
});
