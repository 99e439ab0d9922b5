import { describe, expect, it } from "vitest";
import { portkey } from "./portkey";
import { recogniser } from "./registry";

const record = (json: object | null, more: object = {}) => ({
  request: {
    json: { model: "gpt-5", messages: [{ role: "user", content: "a prompt" }] },
    text: "a prompt",
    isStreamingRequest: false,
    headers: { authorization: "Bearer in-clear" },
  },
  response: { json, text: "an answer", statusCode: 200 },
  provider: "openai",
  requestType: "chatComplete",
  metadata: { _user: "team-search", _environment: "production" },
  ...more,
});

const answer = (usage: object) => ({
  id: "chatcmpl-1",
  created: 1_790_000_000,
  model: "gpt-5-2026",
  choices: [{ message: { content: "an answer" } }],
  usage,
});

const read = (...given: Parameters<typeof record>) => portkey.events(record(...given))[0];

describe("portkey", () => {
  it("maps a call, and nothing of what was said", () => {
    const usage = { prompt_tokens: 25, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 5 } };
    expect(read(answer(usage))).toEqual({
      id: "chatcmpl-1",
      time: 1_790_000_000_000,
      key_name: "team-search",
      consumer: "team-search",
      provider: "openai",
      model: "gpt-5-2026",
      operation: "chatComplete",
      status: 200,
      stream: false,
      input_tokens: 25,
      cached_tokens: 5,
      output_tokens: 12,
      tags: { environment: "production" },
    });
  });

  it.each([
    [{ input_tokens: 10, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 }, 10, 4],
    [{ input_tokens: 10, cache_read_input_tokens: 4, cache_creation_input_tokens: 2 }, 16, 4],
    [{ prompt_tokens: 16, cache_read_input_tokens: 4 }, 16, 4],
    [{}, undefined, undefined],
  ])("counts %j as %j tokens in, %j of them cached", (usage, input, cached) => {
    expect(read(answer(usage))).toMatchObject({ input_tokens: input, cached_tokens: cached });
  });

  it("takes the model from the request when the answer is a stream", () => {
    expect(read(null)).toMatchObject({ model: "gpt-5", status: 200, id: undefined, time: undefined });
  });

  it("passes an error on", () => {
    const error = { code: "insufficient_quota" };
    const failed = { response: { json: { error }, statusCode: 429 } };
    expect(read(null, failed)).toMatchObject({ status: 429, error });
  });

  it("refuses what was logged before the call", () => {
    expect(() => read(null, { response: { json: null, statusCode: null } })).toThrow("output_guardrails");
  });

  it("is recognised", () => {
    expect(recogniser(record(answer({})))).toBe(portkey);
    expect(portkey.recognises({ request: {}, response: { status: 200 } })).toBe(false);
  });
});
