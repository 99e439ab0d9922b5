import { describe, expect, it } from "vitest";
import { readSignals } from "@/lib/domain/signals/signals";
import { litellm } from "./litellm";
import { recogniser } from "./registry";

const AT = 1_790_000_000.25;

const record = (more: object = {}, metadata: object = {}) => ({
  id: "chatcmpl-1",
  trace_id: "trace-1",
  call_type: "acompletion",
  cache_hit: null,
  stream: true,
  status: "success",
  custom_llm_provider: "openai",
  startTime: AT,
  endTime: AT + 0.8125,
  completionStartTime: AT + 0.125,
  response_time: 0.9,
  model: "gpt-5",
  model_group: "chat",
  model_id: "deployment-1",
  api_base: "https://api.openai.com",
  response_cost: 0.000225,
  prompt_tokens: 10,
  completion_tokens: 20,
  total_tokens: 30,
  end_user: "",
  requester_ip_address: "203.0.113.7",
  messages: [{ role: "user", content: "the prompt" }],
  response: { choices: ["the answer"] },
  hidden_params: {
    additional_headers: {
      x_ratelimit_limit_requests: 10_000,
      x_ratelimit_remaining_requests: 9_999,
      "llm_provider-x-ratelimit-limit-tokens": "2000000",
      x_ratelimit_remaining_tokens: null,
    },
  },
  error_str: null,
  error_information: { error_code: "", error_class: "", llm_provider: "", error_message: "" },
  metadata: {
    user_api_key_hash: "88dc28d0",
    user_api_key_alias: "prod-app",
    user_api_key_team_id: "team-1",
    user_api_key_team_alias: "search",
    user_api_key_user_id: "ada",
    user_api_key_request_route: "/v1/chat/completions",
    user_agent: "OpenAI/Python 2.1",
    usage_object: { prompt_tokens_details: { cached_tokens: 4 } },
    ...metadata,
  },
  ...more,
});

const failure = (error_code: unknown, error_class: string, error_message = "") =>
  record({ status: "failure", error_information: { error_code, error_class, error_message } });

const alert = (more: object = {}) => ({
  spend: 10.2,
  max_budget: 10,
  soft_budget: null,
  token: "88dc28d0",
  user_id: "ada",
  team_alias: "search",
  key_alias: "prod-app",
  event: "budget_crossed",
  event_group: "key",
  event_message: "Key Budget: Budget Crossed",
  ...more,
});

describe("litellm", () => {
  it("maps a call", () => {
    expect(litellm.events(record())).toEqual([
      {
        id: "chatcmpl-1",
        time: AT * 1e3,
        key: "88dc28d0",
        key_name: "prod-app",
        consumer: "search",
        provider: "openai",
        model: "gpt-5",
        operation: "acompletion",
        route: "/v1/chat/completions",
        status: 200,
        latency_ms: 812.5,
        ttft_ms: 125,
        cost_usd: 0.000225,
        input_tokens: 10,
        output_tokens: 20,
        cached_tokens: 4,
        client_ip: "203.0.113.7",
        user_agent: "OpenAI/Python 2.1",
        stream: true,
        response_headers: {
          x_ratelimit_limit_requests: "10000",
          x_ratelimit_remaining_requests: "9999",
          "llm_provider-x-ratelimit-limit-tokens": "2000000",
        },
        tags: { model_group: "chat", deployment: "deployment-1" },
      },
    ]);
  });

  it("its limits are understood", () => {
    const [event] = litellm.events(record());
    const { limits } = readSignals({ status: 200, responseHeaders: event?.response_headers ?? {} }, AT * 1e3);
    expect(limits.map(({ name, limit }) => [name, limit])).toEqual([
      ["requests", 10_000],
      ["tokens", 2_000_000],
    ]);
  });

  it.each([
    ["without a zone, in UTC", "2026-09-21 14:13:20.250000", "2026-09-21 14:13:21.062500"],
    ["with one", "2026-09-21T16:13:20.250+02:00", "2026-09-21T14:13:21.0625Z"],
  ])("takes times written out: %s", (_name, startTime, endTime) => {
    const [event] = litellm.events(record({ startTime, endTime }));
    expect(event).toMatchObject({ time: Date.parse("2026-09-21T14:13:20.250Z"), latency_ms: 812 });
  });

  it("takes seconds written as text, to their fractions of a millisecond", () => {
    const [event] = litellm.events(record({ startTime: "1790000000.25", endTime: "1790000000.254583" }));
    expect(event).toMatchObject({ time: 1_790_000_000_250, latency_ms: 4.583 });
  });

  it("without its end takes the response time, and without streaming no first token", () => {
    const [event] = litellm.events(record({ endTime: null, stream: false, cache_hit: "True" }));
    expect(event).toMatchObject({ latency_ms: 900, ttft_ms: undefined, stream: false, cache_hit: true });
  });

  it.each([
    ["the team's name", {}, {}, "search"],
    ["its id", {}, { user_api_key_team_alias: null }, "team-1"],
    [
      "the end user",
      { end_user: "eve" },
      { user_api_key_team_alias: null, user_api_key_team_id: null },
      "eve",
    ],
    ["the user", {}, { user_api_key_team_alias: null, user_api_key_team_id: null }, "ada"],
  ])("the consumer is %s", (_name, more, metadata, consumer) => {
    expect(litellm.events(record(more, metadata))[0]?.consumer).toBe(consumer);
  });

  it.each([
    ["429", "RateLimitError", "", 429, "rate_limited"],
    [
      "429",
      "RateLimitError",
      'OpenAIException - {"error":{"code":"insufficient_quota"}}',
      429,
      "quota_exhausted",
    ],
    [429, "RouterRateLimitError", "No deployments available. Try again in 30 seconds", 429, "rate_limited"],
    ["400", "BudgetExceededError", "Budget has been exceeded!", 400, "quota_exhausted"],
    ["401", "AuthenticationError", "", 401, "unauthorized"],
    ["408", "Timeout", "", 408, "timeout"],
    ["", "Timeout", "", 500, "timeout"],
    ["None", "APIConnectionError", "", 500, "server_error"],
    ["503", "ServiceUnavailableError", "", 503, "overloaded"],
    ["529", "InternalServerError", '{"type":"error","error":{"type":"overloaded_error"}}', 529, "overloaded"],
    ["400", "ContextWindowExceededError", "", 400, "client_error"],
  ])("a failure with code %j and class %s is understood", (code, kind, message, status, outcome) => {
    const [event] = litellm.events(failure(code, kind, message));
    expect(event).toMatchObject({ status, error_type: kind });
    const { error, error_type: errorType } = event ?? {};
    expect(readSignals({ status, error, errorType: errorType ?? null }, AT).outcome).toBe(outcome);
  });

  it("an error that is too long is cut, not refused", () => {
    const long = `rate_limit_exceeded ${"x".repeat(20_000)}`;
    expect(String(litellm.events(failure("429", "RateLimitError", long))[0]?.error)).toHaveLength(2_048);
  });

  it("a crossed budget is a refused call of its key; other alerts are no calls", () => {
    expect(litellm.events(alert())).toEqual([
      { key: "88dc28d0", key_name: "prod-app", consumer: "search", error_type: "budget_exceeded" },
    ]);
    expect(readSignals({ status: null, errorType: "budget_exceeded" }, AT).outcome).toBe("quota_exhausted");
    for (const event of [
      "soft_budget_crossed",
      "threshold_crossed",
      "projected_limit_exceeded",
      "key_created",
    ])
      expect(litellm.events(alert({ event }))).toEqual([]);
    for (const event of ["internal_user_created", "spend_tracked"])
      expect(litellm.events(alert({ event }))).toEqual([]);
    expect(litellm.events(alert({ token: null, event_group: "team" }))).toEqual([]);
  });

  it("refuses what is no call", () => {
    expect(() => litellm.events({ hello: "world" })).toThrow("expected at least id or startTime");
  });

  it("carries neither prompt nor answer", () => {
    const told = JSON.stringify(litellm.events(record()));
    for (const secret of ["the prompt", "the answer"]) expect(told).not.toContain(secret);
  });

  it("is recognised, calls and alerts alike", () => {
    for (const one of [record(), failure("500", "X"), alert(), alert({ event: "spend_tracked" })])
      expect(recogniser(one)).toBe(litellm);
    expect(litellm.recognises({ id: "1", model: "gpt-5", event: "call" })).toBe(false);
  });
});
