import { describe, expect, it } from "vitest";
import { recogniser } from "./registry";
import { traefik } from "./traefik";

const record = (more: object = {}) => ({
  ClientAddr: "203.0.113.7:31073",
  ClientHost: "203.0.113.7",
  ClientUsername: "-",
  DownstreamContentSize: 905,
  DownstreamStatus: 429,
  Duration: 81_964_899,
  OriginDuration: 80_000_000,
  OriginStatus: 429,
  RequestContentSize: 310,
  RequestMethod: "POST",
  RequestPath: "/v1/chat?key=secret",
  RetryAttempts: 1,
  RouterName: "chat@docker",
  ServiceName: "llm@docker",
  StartUTC: "2026-11-23T14:05:20.125987654Z",
  level: "info",
  msg: "",
  time: "2026-11-23T14:05:20Z",
  "request_User-Agent": "okhttp/5.1.0",
  "request_X-Consumer": "team-search",
  "request_X-Api-Key": "REDACTED",
  "origin_X-Ratelimit-Remaining-Requests": "0",
  "downstream_Retry-After": "20",
  ...more,
});

const read = (more: object = {}) => traefik.events(record(more))[0];

describe("traefik", () => {
  it("maps a call", () => {
    expect(read()).toEqual({
      time: Date.UTC(2026, 10, 23, 14, 5, 20, 125),
      key_name: "team-search",
      consumer: "team-search",
      method: "POST",
      route: "/v1/chat?key=secret",
      status: 429,
      latency_ms: 81.965,
      request_bytes: 310,
      response_bytes: 905,
      attempt: 1,
      client_ip: "203.0.113.7",
      user_agent: "okhttp/5.1.0",
      response_headers: { "retry-after": "20", "x-ratelimit-remaining-requests": "0" },
      tags: { service: "llm@docker", traefik_router: "chat@docker" },
    });
  });

  it("has an id with tracing only", () => {
    expect(read({ TraceId: "t1", SpanId: "s1" })?.id).toBe("t1/s1");
    expect(read({ TraceId: "t1" })?.id).toBeUndefined();
  });

  it("takes the signed-in user before a header, and the key that was logged", () => {
    const more = { ClientUsername: "team-a", "request_X-Api-Key": "k-000001" };
    expect(read(more)).toMatchObject({ consumer: "team-a", key: "k-000001", key_name: "team-a" });
  });

  it("reads numbers written as text, and what Traefik answered alone", () => {
    const more = { Duration: "2000000", DownstreamStatus: "404", OriginStatus: 0 };
    expect(read(more)).toMatchObject({ latency_ms: 2, status: 404 });
  });

  it("refuses a line that is no call", () => {
    expect(() => traefik.events({ level: "info", msg: "Configuration loaded" })).toThrow("is no call");
  });

  it("is recognised", () => {
    expect(recogniser(record())).toBe(traefik);
    expect(traefik.recognises({ status: 200, request: "GET / HTTP/1.1" })).toBe(false);
  });
});
