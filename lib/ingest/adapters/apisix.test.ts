import { describe, expect, it } from "vitest";
import { apisix } from "./apisix";
import { kong } from "./kong";
import { recogniser } from "./registry";

const AT = 1_790_000_000_123;

const record = (more: object = {}) => ({
  start_time: AT,
  client_ip: "203.0.113.7",
  latency: 1_200.0000476837,
  upstream_latency: 1_133,
  apisix_latency: 67.000047683716,
  upstream: "192.0.2.10:443",
  server: { hostname: "gw-1", version: "3.14.0" },
  service_id: "",
  route_id: "chat",
  consumer: { username: "team-search", auth_conf: { key: "in-clear" } },
  request: {
    url: "http://gateway:9080/v1/chat?apikey=secret",
    uri: "/v1/chat?apikey=secret",
    method: "POST",
    size: "410",
    headers: { apikey: "in-clear", "user-agent": "curl/8.6.0", "x-credential-identifier": "cred-1" },
  },
  response: { status: 200, size: 617, headers: { "X-RateLimit-Remaining-Requests": "7" } },
  request_id: "req-1",
  ...more,
});

const summary = (more: object = {}) => ({
  llm_summary: {
    model: "gpt-5-2026",
    request_model: "gpt-5",
    duration: 310,
    prompt_tokens: 23,
    completion_tokens: "8",
    total_tokens: 31,
    stream: "true",
    cache_read_input_tokens: "5",
    end_user_id: "",
    ...more,
  },
});

const set = (event: object | undefined) =>
  Object.entries(event ?? {}).filter(([, value]) => value !== undefined);

describe("apisix", () => {
  it("maps a call of the default log", () => {
    expect(apisix.events(record())).toEqual([
      {
        id: "req-1",
        time: AT,
        key: "cred-1",
        key_name: "team-search",
        consumer: "team-search",
        method: "POST",
        route: "/v1/chat?apikey=secret",
        status: 200,
        latency_ms: 1_200.0000476837,
        request_bytes: 410,
        response_bytes: 617,
        client_ip: "203.0.113.7",
        user_agent: "curl/8.6.0",
        response_headers: { "x-ratelimit-remaining-requests": "7" },
        tags: { apisix_route: "chat" },
      },
    ]);
  });

  it("reads the AI plugins' summary", () => {
    expect(apisix.events(record(summary()))[0]).toMatchObject({
      model: "gpt-5-2026",
      input_tokens: 23,
      output_tokens: 8,
      cached_tokens: 5,
      stream: true,
      ttft_ms: 310,
    });
  });

  it("takes a summary that nothing was written into for what it is", () => {
    const untouched = { model: "", stream: "false", prompt_tokens: "0", completion_tokens: "0" };
    const [event] = apisix.events(record(summary(untouched)));
    expect(event).toMatchObject({ model: "gpt-5", input_tokens: 0, output_tokens: 0, stream: false });
    expect(event?.ttft_ms).toBeUndefined();
  });

  it.each([
    ["a number with a fraction", 1_790_000_000_123.4],
    ["text", "1790000000123"],
    ["seconds", 1_790_000_000.123],
  ])("takes start_time as %s", (_name, start_time) => {
    expect(apisix.events(record({ start_time }))[0]?.time).toBe(AT);
  });

  it("reads a format of one's own, made of variables", () => {
    const own = {
      "@timestamp": "2026-09-21T13:33:20+00:00",
      host: "api.example",
      client_ip: "203.0.113.7",
      request_method: "POST",
      request_uri: "/v1/chat?key=secret",
      status: "429",
      upstream_status: "500, 429",
      request_time: "0.640",
      request_length: "410",
      bytes_sent: "617",
      http_user_agent: "-",
      consumer_name: "team-search",
      apisix_request_id: "req-2",
      request_type: "ai_stream",
      llm_model: "gpt-5",
      llm_prompt_tokens: "23",
      llm_completion_tokens: "",
      llm_time_to_first_token: "120",
      route_id: "chat",
      service_id: "llm",
    };
    expect(Object.fromEntries(set(apisix.events(own)[0]))).toEqual({
      id: "req-2",
      time: Date.parse("2026-09-21T13:33:20Z"),
      key_name: "team-search",
      consumer: "team-search",
      method: "POST",
      route: "/v1/chat?key=secret",
      status: 429,
      latency_ms: 640,
      request_bytes: 410,
      response_bytes: 617,
      client_ip: "203.0.113.7",
      model: "gpt-5",
      input_tokens: 23,
      stream: true,
      ttft_ms: 120,
      tags: { service: "llm", apisix_route: "chat" },
    });
  });

  it("believes a credential's header only beside a consumer", () => {
    const { consumer: _, ...anonymous } = record();
    const [event] = apisix.events(anonymous);
    expect([event?.key, event?.consumer]).toEqual([undefined, undefined]);
  });

  it("reads the error of a refused call, and no other body", () => {
    const response = (status: number) => ({
      response: { status, body: '{"error":{"code":"insufficient_quota"}}' },
    });
    expect(apisix.events(record(response(429)))[0]?.error).toContain("insufficient_quota");
    expect(apisix.events(record(response(200)))[0]?.error).toBeUndefined();
  });

  it("refuses what is no call", () => {
    expect(() => apisix.events({ route_id: "1" })).toThrow("expected at least response.status or start_time");
  });

  it("carries no key in clear", () => {
    expect(JSON.stringify(apisix.events(record()))).not.toContain("in-clear");
  });

  it("is recognised, in both forms, and Kong's log is not taken for it", () => {
    const own = {
      "@timestamp": "2026-09-21T13:33:20+00:00",
      host: "api.example",
      route_id: "chat",
      status: "200",
    };
    for (const one of [record(), own, summary()]) expect(recogniser(one)).toBe(apisix);
    const kongs = {
      started_at: AT,
      latencies: { request: 1 },
      request: {},
      response: {},
      route: { id: "r" },
    };
    expect(recogniser(kongs)).toBe(kong);
    expect(apisix.recognises(kongs)).toBe(false);
  });
});
