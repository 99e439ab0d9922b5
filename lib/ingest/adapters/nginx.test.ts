import { describe, expect, it } from "vitest";
import { nginx } from "./nginx";
import { recogniser } from "./registry";

const record = (more: object = {}) => ({
  time_iso8601: "2026-11-23T14:05:20+00:00",
  request_id: "8e2b",
  remote_addr: "203.0.113.7",
  request_method: "GET",
  request_uri: "/v1/items?page=2",
  status: 429,
  request_time: 0.052,
  upstream_status: "502, 429",
  upstream_response_time: "0.010, 0.040",
  body_bytes_sent: 512,
  request_length: 1031,
  http_user_agent: "curl/8.7.1",
  consumer: "team-search",
  api_key: "redacted",
  ...more,
});

const read = (more: object = {}) => nginx.events(record(more))[0];

describe("nginx", () => {
  it("maps a call", () => {
    expect(read()).toEqual({
      id: "8e2b",
      time: Date.UTC(2026, 10, 23, 14, 5, 20),
      key_name: "team-search",
      consumer: "team-search",
      method: "GET",
      route: "/v1/items?page=2",
      status: 429,
      latency_ms: 52,
      request_bytes: 1031,
      response_bytes: 512,
      client_ip: "203.0.113.7",
      user_agent: "curl/8.7.1",
    });
  });

  it("reads text for every number, and nothing for a dash", () => {
    const written = {
      msec: "1790000000.125",
      status: "200",
      request_time: "1.500",
      bytes_sent: "700",
      request_length: "-",
      remote_addr: "-",
    };
    expect(read(written)).toMatchObject({
      time: 1_790_000_000_125,
      status: 200,
      latency_ms: 1500,
      response_bytes: 700,
      request_bytes: undefined,
      client_ip: undefined,
    });
  });

  it.each([
    ["0.010, 0.040 : 0.125", 125],
    ["0.125", 125],
    ["-", undefined],
  ])("takes the last of the upstream's times %j when its own is missing", (times, expected) => {
    expect(read({ request_time: undefined, upstream_response_time: times })?.latency_ms).toBe(expected);
    expect(read({ status: "", upstream_status: "502, 200" })?.status).toBe(200);
  });

  it("reads the request line of the usual format", () => {
    const usual = {
      request_method: undefined,
      request_uri: undefined,
      time_iso8601: undefined,
      request: "POST /v1/chat?key=secret HTTP/1.1",
      time_local: "23/Nov/2026:15:05:20 +0100",
    };
    expect(read(usual)).toMatchObject({
      method: "POST",
      route: "/v1/chat?key=secret",
      time: Date.UTC(2026, 10, 23, 14, 5, 20),
    });
  });

  it("reads the names of Vector's and fluent-bit's own parsers", () => {
    const vector = {
      client: "203.0.113.7",
      request: "GET /x HTTP/1.1",
      status: 200,
      size: 5,
      agent: "curl",
      timestamp: "2026-11-23T14:05:20Z",
    };
    expect(nginx.events(vector)[0]).toMatchObject({
      client_ip: "203.0.113.7",
      response_bytes: 5,
      route: "/x",
    });
    const fluentbit = {
      remote: "203.0.113.7",
      method: "GET",
      path: "/x",
      code: "200",
      size: "5",
      date: 1_790_000_000.5,
    };
    expect(nginx.events(fluentbit)[0]).toMatchObject({ status: 200, route: "/x", time: 1_790_000_000_500 });
  });

  it("reads limit headers as sent by the upstream and to the caller, and under other names", () => {
    const named = {
      upstream_http_x_ratelimit_remaining_requests: "0",
      sent_http_retry_after: "20",
      upstream_http_retry_after: "-",
      x_ratelimit_limit_requests: 60,
    };
    expect(read(named)?.response_headers).toEqual({
      "x-ratelimit-remaining-requests": "0",
      "retry-after": "20",
      "x-ratelimit-limit-requests": "60",
    });
  });

  it("takes the logged key and who called", () => {
    const named = { http_x_api_key: "k-000001", consumer: undefined, remote_user: "team-a" };
    expect(read(named)).toMatchObject({ key: "k-000001", consumer: "team-a" });
  });

  it("knows its own rate limit behind any status", () => {
    expect(read({ status: 503, limit_req_status: "REJECTED" })?.error).toEqual({ code: "too_many_requests" });
    expect(read({ status: 503, limit_req_status: "PASSED" })?.error).toBeUndefined();
  });

  it("refuses a line that is no call", () => {
    expect(() => nginx.events({ request_time: 0, remote_addr: "203.0.113.7" })).toThrow("is no call");
  });

  it("is recognised", () => {
    expect(recogniser(record())).toBe(nginx);
    expect(nginx.recognises({ status: 200, request: {} })).toBe(false);
  });
});
