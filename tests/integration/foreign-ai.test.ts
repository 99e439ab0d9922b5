import { expect, test } from "vitest";
import { foreignStage } from "../support/foreign";

// APIPark, APISIX and LiteLLM: their records over HTTP, as they send them.

const stage = foreignStage();
const AT = Date.now() - 60_000;
const SECRETS = ["sk-planted-secret-5Tz1", "what-the-user-asked", "planted-answer"];
const [RAW_KEY, PROMPT, ANSWER] = SECRETS;

const counts = (text: string) => JSON.parse(text) as Record<string, unknown>;

test("APIPark: a success whose attempts exhausted two other keys", async () => {
  const attempt = (id: string, status: string) => ({
    provider: "openai",
    model: "gpt-5",
    key: `openai-${id}@ai-key`,
    status,
  });
  const record = {
    request_id: "rq-1",
    msec: AT,
    request_method: "POST",
    request_uri: `https://gateway.example/ai/chat?apikey=${RAW_KEY}`,
    request_header: `Authorization=Bearer+${RAW_KEY}`,
    request_body: JSON.stringify({ messages: [{ content: PROMPT }] }),
    proxy_header: `Authorization=Bearer+${RAW_KEY}`,
    response_body: JSON.stringify({ choices: [ANSWER] }),
    response_headers: { "x-ratelimit-limit-requests": "1000", "x-ratelimit-remaining-requests": "250" },
    status: 200,
    request_time: 640,
    src_ip: "203.0.113.7",
    api: "api-1",
    application: "app-search",
    authorization: "auth-0001",
    authorization_name: "search production",
    ai: {
      ai_provider: "openai",
      ai_model: "gpt-5",
      ai_key: "openai-c@ai-key",
      ai_model_input_token: 25,
      ai_model_output_token: 12,
      ai_provider_statuses: [
        attempt("a", "quota exhausted"),
        attempt("b", "quota exhausted"),
        attempt("c", "normal"),
      ],
    },
  };
  for (const format of ["apipark", "auto"]) {
    expect(await stage.send(format, record)).toEqual({ status: 200, type: null, length: "0", text: "" });
  }

  const events = await stage.events();
  expect(events).toHaveLength(4);
  expect(events.find(({ key_name }) => key_name === "search production")).toMatchObject({
    outcome: "success",
    provider: "openai",
    model: "gpt-5",
    consumer: "app-search",
    route: "/ai/chat",
    latency_ms: 640,
    input_tokens: 25,
    output_tokens: 12,
    client_ip: "203.0.113.7",
    time: new Date(AT).toISOString(),
  });
  const keys = await stage.keys();
  expect(Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.state]))).toEqual({
    "search production": "ok",
    "openai-a": "exhausted",
    "openai-b": "exhausted",
    "openai-c": "ok",
  });
  expect(keys["openai-c"]?.limits).toMatchObject([
    { metric: "requests", amount: 1_000, origin: "advertised" },
  ]);
  expect(await stage.count("usage_hour", "sum(input_tokens)")).toBe(25);
  await stage.expectTiersToAgree();
  await stage.expectNowhere(...SECRETS);
});

test("APISIX: one a line as plain text, and as an array", async () => {
  const record = (id: string, more: object = {}) => ({
    request_id: id,
    start_time: AT + 0.5,
    latency: 1_200.25,
    client_ip: "203.0.113.7",
    server: { hostname: "gw-1", version: "3.14.0" },
    route_id: "chat",
    service_id: "",
    consumer: { username: "team-search", auth_conf: { key: RAW_KEY } },
    request: {
      method: "POST",
      uri: `/v1/chat?apikey=${RAW_KEY}`,
      headers: { apikey: RAW_KEY, authorization: `Bearer ${RAW_KEY}` },
      body: PROMPT,
      size: "410",
    },
    response: { status: 200, size: 617, headers: {}, body: ANSWER },
    llm_request: { messages: [{ content: PROMPT }] },
    llm_response_text: { content: ANSWER },
    llm_summary: { model: "gpt-5", prompt_tokens: 23, completion_tokens: "8", stream: "false" },
    ...more,
  });
  const refused = { response: { status: 429, headers: { "retry-after": "90" } } };
  const lines = [record("a"), record("b", refused)].map((one) => JSON.stringify(one)).join("\n");
  const first = await stage.send("apisix", lines, { "content-type": "text/plain" });
  expect(first).toMatchObject({ status: 200, type: "application/json" });
  expect(counts(first.text)).toEqual({ accepted: 2, duplicates: 0, rejected: 0, errors: [] });
  const again = await stage.send("auto", [record("a"), record("b", refused), {}]);
  expect(counts(again.text)).toMatchObject({ accepted: 0, duplicates: 2, rejected: 1 });

  const events = await stage.events();
  expect(events).toHaveLength(2);
  expect(events.find(({ status }) => status === 200)).toMatchObject({
    consumer: "team-search",
    key_name: "team-search",
    route: "/v1/chat",
    model: "gpt-5",
    latency_ms: 1_200.25,
    input_tokens: 23,
    output_tokens: 8,
    time: new Date(AT).toISOString(),
  });
  expect(events.find(({ status }) => status === 429)).toMatchObject({
    outcome: "rate_limited",
    retry_after_s: 90,
  });
  await stage.expectNowhere(...SECRETS);
});

test("LiteLLM: successes, failures and alerts", async () => {
  const record = (id: string, more: object = {}) => ({
    id,
    call_type: "acompletion",
    status: "success",
    stream: false,
    custom_llm_provider: "openai",
    startTime: AT / 1e3,
    endTime: AT / 1e3 + 0.5,
    model: "gpt-5",
    prompt_tokens: 10,
    completion_tokens: 20,
    response_cost: 0.000225,
    requester_ip_address: "203.0.113.7",
    messages: [{ role: "user", content: PROMPT }],
    response: { choices: [ANSWER] },
    metadata: {
      user_api_key_hash: "88dc28d0f030c55ed4ab77ed8faf0981",
      user_api_key_alias: "prod-app",
      user_api_key_team_alias: "search",
      requester_custom_headers: { "x-api-key": RAW_KEY },
    },
    hidden_params: {
      additional_headers: { x_ratelimit_limit_tokens: 2_000_000, x_ratelimit_remaining_tokens: 1_900_000 },
    },
    ...more,
  });
  const failed = {
    status: "failure",
    error_information: {
      error_code: "429",
      error_class: "RateLimitError",
      error_message: `OpenAIException - {"error":{"code":"insufficient_quota","message":"${PROMPT}"}}`,
    },
  };
  const lines = [record("a"), record("b", failed)].map((one) => JSON.stringify(one)).join("\n");
  const first = await stage.send("litellm", lines, { "content-type": "application/json" });
  expect(first).toMatchObject({ status: 200, type: "application/json" });
  expect(counts(first.text)).toEqual({ accepted: 2, duplicates: 0, rejected: 0, errors: [] });
  expect(counts((await stage.send("auto", [record("b", failed), record("a")])).text)).toMatchObject({
    accepted: 0,
    duplicates: 2,
  });

  const events = await stage.events();
  expect(events).toHaveLength(2);
  expect(events.find(({ status }) => status === 200)).toMatchObject({
    outcome: "success",
    key_name: "prod-app",
    consumer: "search",
    provider: "openai",
    model: "gpt-5",
    latency_ms: 500,
    cost_usd: 0.000225,
    input_tokens: 10,
    output_tokens: 20,
  });
  expect(events.find(({ status }) => status === 429)).toMatchObject({
    outcome: "quota_exhausted",
    reason: "openai.insufficient_quota",
  });

  const alert = {
    spend: 10.2,
    max_budget: 10,
    token: "5c1f90aa77b0",
    key_alias: "trial",
    event_group: "key",
    event_message: "Key Budget",
  };
  const crossed = { ...alert, event: "budget_crossed" };
  expect(counts((await stage.send("litellm", crossed)).text)).toMatchObject({ accepted: 1 });
  expect(counts((await stage.send("auto", crossed)).text)).toMatchObject({ duplicates: 1 });
  expect(counts((await stage.send("litellm", { ...alert, event: "spend_tracked" })).text)).toEqual({
    accepted: 0,
    duplicates: 0,
    rejected: 0,
    errors: [],
  });
  expect((await stage.keys()).trial?.state).toBe("exhausted");
  await stage.expectNowhere(...SECRETS);
});
