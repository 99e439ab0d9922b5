import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Fields } from "../fields";
import { helicone } from "./helicone";
import { recogniser } from "./registry";

const record = (more: object = {}) => ({
  request_id: "3f2b8a4e",
  user_id: "ana",
  request_body: '{"messages":["a prompt"]}',
  response_body: '{"id":"chatcmpl-1"}',
  request_response_url: "https://storage.example/x",
  model: "gpt-5",
  provider: "OPENAI",
  metadata: { cost: 0.0002, promptTokens: 13, completionTokens: 17, totalTokens: 30, latencyMs: 930 },
  ...more,
});
const present = (given: Fields) => {
  const [found] = helicone.events(given);
  return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => value !== undefined));
};

describe("helicone", () => {
  it("maps a request", () => {
    expect(present(record())).toEqual({
      id: "3f2b8a4e",
      provider: "openai",
      consumer: "ana",
      model: "gpt-5",
      latency_ms: 930,
      cost_usd: 0.0002,
      input_tokens: 13,
      output_tokens: 17,
    });
  });

  it("refuses what is no webhook", () => {
    expect(() => helicone.events({ hello: "world" })).toThrow("expected at least request_id or model");
  });

  it("reads tokens, model and error from the answer when there is no metadata", () => {
    const bare = { model: undefined, provider: undefined, metadata: undefined };
    const response_body = JSON.stringify({
      model: "gpt-5",
      usage: { prompt_tokens: 3, completion_tokens: 2 },
    });
    expect(present(record({ ...bare, response_body }))).toMatchObject({
      model: "gpt-5",
      input_tokens: 3,
      output_tokens: 2,
    });
    const refused = { error: { code: "insufficient_quota", message: "pay" } };
    expect(present(record({ response_body: refused }))).toMatchObject({ error: refused.error });
    expect(present(record({ response_body: '{"cut of' }))).not.toHaveProperty("error");
  });

  it("takes a status and a key from where people put them", () => {
    const more = {
      metadata: { statusCode: "429" },
      properties: { api_key: "key-7", user: "bo" },
      user_id: null,
    };
    expect(present(record(more))).toMatchObject({ status: 429, key: "key-7", consumer: "bo" });
  });

  it("verifies the signature over the bytes", () => {
    const body = Buffer.from(JSON.stringify(record()));
    const signature = createHmac("sha256", "a-secret").update(body).digest("hex");
    const signed = (value: string | undefined, given = body) =>
      helicone.verify?.(
        { path: "", body: given, header: (name) => (name === "helicone-signature" ? value : undefined) },
        "a-secret",
      );
    expect(signed(signature)).toBe(true);
    expect(signed(`sha256=${signature}`)).toBe(true);
    for (const wrong of [
      undefined,
      "",
      "zz",
      signature.slice(2),
      signature.replace(/./, (c) => (c === "0" ? "1" : "0")),
    ])
      expect(signed(wrong)).toBe(false);
    expect(signed(signature, Buffer.from("{}"))).toBe(false);
  });

  it("is recognised", () => {
    expect(recogniser(record())).toBe(helicone);
    expect(recogniser({ request_id: "x", request_body: "{}", response_body: "{}" })).toBe(helicone);
    expect(helicone.recognises({ request_id: "x", status: 200 })).toBe(false);
    const logged = { request_id: "x", request_body: "{}", response_body: "{}", request_time: 1, status: 200 };
    expect(helicone.recognises(logged)).toBe(false);
  });
});
