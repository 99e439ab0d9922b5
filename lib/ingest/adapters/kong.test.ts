import { describe, expect, it } from "vitest";
import { kong } from "./kong";
import { recogniser } from "./registry";

const record = (more: object = {}) => ({
  request: {
    id: "7c1f09",
    method: "POST",
    uri: "/v1/chat?apikey=secret",
    url: "http://gateway:8000/v1/chat",
    size: 310,
    headers: { "user-agent": "okhttp/5.1.0", apikey: "in-clear" },
  },
  response: {
    status: 429,
    size: 88,
    headers: { "Retry-After": "20", "X-RateLimit-Remaining-Requests": "0" },
  },
  latencies: { request: 173, proxy: -1, kong: 2 },
  started_at: 1_790_000_000_000,
  client_ip: "203.0.113.7",
  consumer: { id: "c-1", username: "team-search", custom_id: "42" },
  authenticated_entity: { id: "cred-1" },
  service: { id: "s-1", name: "llm" },
  route: { id: "r-1", name: "chat" },
  upstream_status: "500, 200",
  ...more,
});

describe("kong", () => {
  it("maps a call", () => {
    expect(kong.events(record())).toEqual([
      {
        id: "7c1f09",
        time: 1_790_000_000_000,
        key: "cred-1",
        key_name: "team-search",
        consumer: "team-search",
        method: "POST",
        route: "/v1/chat?apikey=secret",
        status: 429,
        latency_ms: 173,
        request_bytes: 310,
        response_bytes: 88,
        client_ip: "203.0.113.7",
        user_agent: "okhttp/5.1.0",
        response_headers: { "retry-after": "20", "x-ratelimit-remaining-requests": "0" },
        tags: { service: "llm", kong_route: "chat" },
      },
    ]);
  });

  it.each(["proxy", "ai-proxy", "ai-proxy-advanced"])("reads the statistics of ai.%s", (name) => {
    const ai = {
      [name]: {
        meta: { provider_name: "openai", request_model: "gpt-5", response_model: "gpt-5-2026" },
        usage: { prompt_tokens: 25, completion_tokens: 12, cost: 0.00037 },
      },
    };
    expect(kong.events(record({ ai }))[0]).toMatchObject({
      provider: "openai",
      model: "gpt-5-2026",
      input_tokens: 25,
      output_tokens: 12,
      cost_usd: 0.00037,
    });
  });

  it("adds up several AI plugins, and takes numbers written as text", () => {
    const part = (tokens: unknown) => ({
      meta: { provider_name: "openai" },
      usage: { prompt_tokens: tokens },
    });
    const ai = { "ai-request-transformer": part("7"), proxy: part(25), broken: 5 };
    expect(kong.events(record({ ai }))[0]).toMatchObject({ input_tokens: 32 });
  });

  it("takes provider and model from the proxy, not from a transformer beside it", () => {
    const part = (provider_name: string, request_model: string) => ({
      meta: { provider_name, request_model, response_model: null },
      usage: { prompt_tokens: 1 },
    });
    const ai = { proxy: part("anthropic", "opus"), "ai-request-transformer": part("openai", "gpt-5") };
    expect(kong.events(record({ ai }))[0]).toMatchObject({ provider: "anthropic", model: "opus" });
  });

  it("refuses what is no log", () => {
    expect(() => kong.events({ hello: "world" })).toThrow("expected at least response.status or started_at");
  });

  it("leaves out what a call without consumer or answer does not have", () => {
    const bare = { latencies: { request: -1 }, request: {}, started_at: 1_790_000_000_000 };
    const [event] = kong.events(bare);
    expect(Object.entries(event ?? {}).filter(([, value]) => value !== undefined)).toEqual([
      ["time", 1_790_000_000_000],
    ]);
  });

  it("is recognised, and another gateway's record is not taken for it", () => {
    expect(recogniser(record())).toBe(kong);
    expect(recogniser(record({ started_at: "1790000000000" }))).toBe(kong);
    expect(kong.recognises({ request: {}, status: 200 })).toBe(false);
  });
});
