import { describe, expect, it } from "vitest";
import type { Fields } from "../fields";
import type { Delivery } from "./adapter";
import { cloudevents } from "./cloudevents";
import { claimant, recogniser } from "./registry";

const event = (more: object = {}) => ({
  specversion: "1.0",
  type: "request",
  id: "call-1",
  source: "gateway-1",
  time: "2026-09-20T10:00:00.250Z",
  subject: "team-search",
  data: { method: "GET", route: "/items?token=x", status: 200, duration_ms: 81 },
  ...more,
});
const delivery = (body: string, headers: Record<string, string> = {}): Delivery => ({
  path: "/api/v1/ingest/cloudevents",
  header: (name) => headers[name],
  body: Buffer.from(body),
});
const present = (record: Fields) => {
  const [found] = cloudevents.events(record);
  return Object.fromEntries(Object.entries(found ?? {}).filter(([, value]) => value !== undefined));
};

describe("cloudevents", () => {
  it("maps an event", () => {
    expect(present(event())).toEqual({
      id: "gateway-1/call-1",
      time: "2026-09-20T10:00:00.250Z",
      consumer: "team-search",
      method: "GET",
      route: "/items?token=x",
      status: 200,
      latency_ms: 81,
      tags: { type: "request", source: "gateway-1" },
    });
  });

  it("maps what LiteLLM's OpenMeter callback sends", () => {
    const data = { model: "gpt-5", cost: 0.0002, prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
    expect(present(event({ type: "litellm_tokens", data }))).toMatchObject({
      model: "gpt-5",
      cost_usd: 0.0002,
      input_tokens: 10,
      output_tokens: 20,
    });
  });

  it.each<[object, object]>([
    [{ tokens: 5, type: "input" }, { input_tokens: 5 }],
    [{ tokens: "5", type: "output" }, { output_tokens: 5 }],
    [{ total_tokens: 9 }, { input_tokens: 9 }],
    [{ duration_seconds: 1.5 }, { latency_ms: 1500 }],
    [
      { status_code: "429", error: { code: "rate_limit_exceeded" } },
      { status: 429, error: { code: "rate_limit_exceeded" } },
    ],
    [
      { api_key_id: "key-7", key_alias: "prod" },
      { key: "key-7", key_name: "prod" },
    ],
    [{ response_headers: { "Retry-After": 20 } }, { response_headers: { "retry-after": "20" } }],
    [
      { url: "https://api.example.com/v1/chat?x=1", ip: "203.0.113.7" },
      { route: "/v1/chat?x=1", client_ip: "203.0.113.7" },
    ],
  ])("reads the data %j", (data, shown) => {
    expect(present(event({ data }))).toMatchObject(shown);
  });

  it("reads data in base64 or as text, and events without any", () => {
    const data = JSON.stringify({ status: 503 });
    expect(present(event({ data: undefined, data_base64: btoa(data) }))).toMatchObject({ status: 503 });
    expect(present(event({ data }))).toMatchObject({ status: 503 });
    expect(present(event({ data: undefined, time: undefined, subject: undefined }))).toEqual({
      id: "gateway-1/call-1",
      tags: { type: "request", source: "gateway-1" },
    });
  });

  it("refuses what is no event", () => {
    expect(() => cloudevents.events({ hello: 1 })).toThrow("expected a CloudEvent");
  });

  it("takes the attributes of the binary mode from the headers", () => {
    const given = delivery('{"status":200}', {
      "content-type": "application/json",
      "ce-specversion": "1.0",
      "ce-type": "request",
      "ce-id": "call-2",
      "ce-source": "gateway-%C3%A4",
      "ce-subject": "100%",
    });
    expect(claimant(given)).toBe(cloudevents);
    const [record] = cloudevents.records?.(given) ?? [];
    expect(record).toMatchObject({ value: { id: "call-2", source: "gateway-ä", subject: "100%" } });
    expect(present((record as { value: Fields }).value)).toMatchObject({
      id: "gateway-ä/call-2",
      status: 200,
    });
  });

  it("is recognised by its type and by its shape", () => {
    const batch = delivery(JSON.stringify([event(), event()]), {
      "content-type": "application/cloudevents-batch+json; charset=utf-8",
    });
    expect(claimant(batch)).toBe(cloudevents);
    expect(cloudevents.records?.(batch)).toHaveLength(2);
    expect(claimant(delivery(JSON.stringify(event())))).toBeNull();
    expect(recogniser(event())).toBe(cloudevents);
  });
});
