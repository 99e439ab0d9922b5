import { expect, test } from "vitest";
import { foreignStage } from "../support/foreign";

// APIPark, APISIX and LiteLLM: their records over HTTP, as they send them.

const stage = foreignStage();
const AT = Date.now() - 60_000;
const SECRETS = ["sk-planted-secret-5Tz1", "what-the-user-asked", "planted-answer"];
const [RAW_KEY, PROMPT, ANSWER] = SECRETS;

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
