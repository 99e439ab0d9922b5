import { describe, expect, it } from "vitest";
import { envoy } from "./envoy";
import { recogniser } from "./registry";

/** As Envoy AI Gateway's documentation names the fields. */
const gateway = (more: object = {}) => ({
  start_time: "2026-11-23T14:05:20.125Z",
  method: "POST",
  "x-envoy-origin-path": "/v1/chat/completions?key=secret",
  response_code: 200,
  response_flags: "-",
  response_code_details: "via_upstream",
  duration: 812,
  bytes_received: 310,
  bytes_sent: 905,
  "x-forwarded-for": "203.0.113.7, 10.0.0.1",
  downstream_remote_address: "10.0.0.1:50956",
  "x-request-id": "b1c2",
  "user-agent": "okhttp/5.1.0",
  route_name: "chat",
  upstream_cluster: "llm",
  "gen_ai.provider.name": "default/openai-main/route/chat/rule/0/ref/0",
  "gen_ai.request.model": "gpt-5",
  "gen_ai.response.model": "gpt-5-2026",
  "gen_ai.usage.input_tokens": 25,
  "gen_ai.usage.output_tokens": "12",
  "gen_ai.usage.total_tokens": 37,
  ...more,
});

/** As Istio names them by default. */
const istio = (more: object = {}) => ({
  start_time: "2026-11-23T14:05:20.125Z",
  method: "GET",
  path: "/items?page=2",
  response_code: 504,
  response_flags: "UT",
  response_code_details: "response_timeout",
  duration: 500,
  bytes_received: 0,
  bytes_sent: 24,
  x_forwarded_for: null,
  downstream_remote_address: "[2001:db8::7]:50956",
  request_id: "4a1f",
  user_agent: "curl/8.7.1",
  authority: "items.example.com",
  route_name: null,
  upstream_cluster: "outbound|80||items.default.svc.cluster.local",
  upstream_service_time: null,
  ...more,
});

const read = (record: object) => envoy.events({ ...record })[0];

describe("envoy", () => {
  it("maps a call of the AI gateway", () => {
    expect(read(gateway())).toEqual({
      id: "b1c2",
      time: Date.UTC(2026, 10, 23, 14, 5, 20, 125),
      provider: "openai",
      model: "gpt-5-2026",
      input_tokens: 25,
      output_tokens: 12,
      method: "POST",
      route: "/v1/chat/completions?key=secret",
      status: 200,
      latency_ms: 812,
      request_bytes: 310,
      response_bytes: 905,
      client_ip: "203.0.113.7",
      user_agent: "okhttp/5.1.0",
      tags: { service: "llm", envoy_route: "chat" },
    });
  });

  it("maps a call of Istio", () => {
    expect(read(istio())).toMatchObject({
      id: "4a1f",
      route: "/items?page=2",
      status: 504,
      latency_ms: 500,
      client_ip: "2001:db8::7",
      user_agent: "curl/8.7.1",
      error_type: "response_timeout",
    });
  });

  it.each([
    ["default/tars/route/x", undefined],
    ["team/azure-east/route/openai/rule/0", "azure"],
    ["cohere", "cohere"],
    ["aws.bedrock", "aws.bedrock"],
    ["-", undefined],
  ])("takes %j for the vendor %j", (name, provider) => {
    expect(read(gateway({ "gen_ai.provider.name": name }))?.provider).toBe(provider);
  });

  it("reads the older names and nested ones", () => {
    const older = {
      genai_model_name: "gpt-5",
      genai_model_name_override: null,
      genai_tokens_input: 7,
      genai_tokens_output: 3,
    };
    expect(read(istio(older))).toMatchObject({ model: "gpt-5", input_tokens: 7, output_tokens: 3 });
    const nested = { gen_ai: { request: { model: "m" }, usage: { input_tokens: 1 } } };
    expect(read(istio(nested))).toMatchObject({ model: "m", input_tokens: 1 });
  });

  it.each(["RL", "UF,RL", "RLSE", "RateLimited"])(
    "takes %s for a rate limit whatever the status",
    (flags) => {
      expect(read(istio({ response_code: 503, response_flags: flags }))?.error).toEqual({
        code: "too_many_requests",
      });
      expect(read(istio({ response_code: 429, response_flags: flags }))?.error).toBeUndefined();
      expect(read(istio({ response_code: 503, response_flags: "UO" }))?.error).toBeUndefined();
    },
  );

  it("says why a call failed, without the free text of the details", () => {
    const details = "upstream_reset_before_response_started{connection_termination}";
    expect(read(istio({ response_code: 503, response_code_details: details }))?.error_type).toBe(
      "upstream_reset_before_response_started",
    );
    expect(read(istio({ response_code_details: "via_upstream" }))?.error_type).toBe("UT");
    expect(
      read(istio({ response_code: 0, response_flags: "DC", response_code_details: null })),
    ).toMatchObject({
      status: 0,
      error_type: "DC",
    });
  });

  it("reads limit headers, keys and consumers under the names operators give them", () => {
    const named = {
      "x-ratelimit-remaining-requests": "0",
      resp_retry_after: 20,
      "x-consumer": "team-search",
      "x-api-key": "[REDACTED]",
      api_key_id: "k-1",
    };
    expect(read(gateway(named))).toMatchObject({
      response_headers: { "x-ratelimit-remaining-requests": "0", "retry-after": "20" },
      consumer: "team-search",
      key: "k-1",
      key_name: "team-search",
    });
  });

  it("takes the shipper's time when the log has none", () => {
    const record = gateway({ start_time: undefined, date: 1_790_000_000.25 });
    expect(read(record)?.time).toBe(1_790_000_000_250);
  });

  it("refuses a line that is no call", () => {
    const connection = istio({ method: null, path: null, response_code: 0 });
    expect(() => read(connection)).toThrow("is no call");
  });

  it("is recognised", () => {
    expect(recogniser(gateway())).toBe(envoy);
    expect(recogniser(istio())).toBe(envoy);
    expect(recogniser({ method: "GET", path: "/items", response_code: 200, duration: 5 })).toBe(envoy);
    expect(envoy.recognises({ response_code: 200, api_id: "x" })).toBe(false);
  });
});
