import { describe, expect, it } from "vitest";
import { recogniser } from "./registry";
import { tyk } from "./tyk";

const event = (more: object = {}) => ({
  method: "POST",
  path: "/chat?key=secret",
  response_code: 200,
  api_key: "****cd340001",
  alias: "team-search",
  time_stamp: "2026-11-23T14:05:20.125987Z",
  api_name: "LLM",
  api_id: "a-1",
  org_id: "o-1",
  oauth_id: "",
  request_time: 173,
  latency: { total: 180, upstream: 170 },
  network: { open_connections: 0, closed_connection: 0, bytes_in: 310, bytes_out: 905 },
  ip_address: "203.0.113.7",
  user_agent: "okhttp/5.1.0",
  raw_request: "",
  raw_response: "",
  ...more,
});

const record = (more: object = {}) => ({ time: 1_790_000_000, event: event(more) });
const read = (more: object = {}) => tyk.events(record(more))[0];
const recorded = (text: string) => Buffer.from(text).toString("base64");

describe("tyk", () => {
  it("maps a call", () => {
    expect(read()).toEqual({
      time: Date.UTC(2026, 10, 23, 14, 5, 20, 125),
      key: "****cd340001",
      key_name: "team-search",
      consumer: "team-search",
      method: "POST",
      route: "/chat?key=secret",
      status: 200,
      latency_ms: 173,
      request_bytes: 310,
      response_bytes: 905,
      client_ip: "203.0.113.7",
      user_agent: "okhttp/5.1.0",
      tags: { service: "LLM", organisation: "o-1" },
    });
  });

  it("takes the envelope's time, and the other fields' when one is missing", () => {
    const bare = {
      time_stamp: undefined,
      request_time: undefined,
      api_key: "",
      alias: "",
      oauth_id: "client-1",
    };
    expect(read(bare)).toMatchObject({
      time: 1_790_000_000_000,
      latency_ms: 180,
      key: undefined,
      consumer: "client-1",
    });
    expect(read({ time_stamp: "0001-01-01T00:00:00Z" })?.time).toBe(1_790_000_000_000);
  });

  it("reads limits and the error from a recorded answer", () => {
    const answer =
      'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 20\r\nSet-Cookie: a=b: c\r\n\r\n{"error":{"code":"insufficient_quota"}}';
    expect(read({ response_code: 429, raw_response: recorded(answer) })).toMatchObject({
      response_headers: { "retry-after": "20", "set-cookie": "a=b: c" },
      error: '{"error":{"code":"insufficient_quota"}}',
    });
  });

  it.each([
    ["a good answer's body", recorded("HTTP/1.1 200 OK\r\nA: b\r\n\r\nprivate"), { a: "b" }],
    ["no answer", recorded("private"), undefined],
    ["no base64", "%%%", undefined],
    ["a long one", recorded(`HTTP/1.1 500 X\r\nA: b\r\n\r\n${"x".repeat(70_000)}`), undefined],
  ])("takes no error from %s", (_name, raw_response, headers) => {
    const call = read({ raw_response });
    expect(call?.error).toBeUndefined();
    expect(call?.response_headers).toEqual(headers);
  });

  it("opens what the pump for stdout writes", () => {
    expect(tyk.events({ level: "info", "tyk-analytics-record": event() })[0]?.status).toBe(200);
  });

  it("refuses an event that is no call", () => {
    expect(() => tyk.events({ time: 1, event: "started" })).toThrow("is no call");
  });

  it("is recognised, and answered as Splunk answers", () => {
    expect(recogniser(record())).toBe(tyk);
    expect(tyk.recognises({ time: 1, event: { status: 200 } })).toBe(false);
  });
});
