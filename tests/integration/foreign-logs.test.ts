import { expect, test } from "vitest";
import type { IngestResult } from "@/lib/ingest/event";
import { foreignStage } from "../support/foreign";

// Access logs through a shipper, and the plugins of Portkey and Tyk: what arrives, what is answered, what is stored.

const stage = foreignStage();
const AT = Date.now() - 60_000;
const TIME = new Date(AT).toISOString();
const SECRET = "sk-live-planted-secret-that-must-vanish-7Qx1";
const PROMPT = "tell nobody about the purple elephant";

const envoy = {
  date: AT / 1e3,
  start_time: TIME,
  method: "POST",
  "x-envoy-origin-path": `/v1/chat/completions?key=${SECRET}`,
  response_code: 200,
  response_flags: "-",
  duration: 812,
  bytes_received: 310,
  bytes_sent: 905,
  "x-forwarded-for": "203.0.113.7",
  downstream_remote_address: "10.0.0.1:50956",
  "x-request-id": "envoy-1",
  "user-agent": "okhttp/5.1.0",
  authorization: `Bearer ${SECRET}`,
  request_body: PROMPT,
  consumer: "team-search",
  "gen_ai.provider.name": "default/openai/route/chat/rule/0/ref/0",
  "gen_ai.response.model": "gpt-5",
  "gen_ai.usage.input_tokens": 25,
  "gen_ai.usage.output_tokens": 12,
};

const traefik = {
  StartUTC: TIME,
  RequestMethod: "POST",
  RequestPath: `/v1/chat?key=${SECRET}`,
  DownstreamStatus: 429,
  Duration: 81_964_899,
  RequestContentSize: 310,
  DownstreamContentSize: 905,
  ClientHost: "203.0.113.7",
  ClientUsername: "-",
  RetryAttempts: 0,
  "request_X-Consumer": "team-search",
  request_Authorization: `Bearer ${SECRET}`,
  "request_X-Prompt": PROMPT,
  "origin_Retry-After": "20",
};

const nginx = {
  msec: String(AT / 1e3),
  request_id: "nginx-1",
  remote_addr: "203.0.113.7",
  request: `POST /v1/chat?key=${SECRET} HTTP/1.1`,
  status: "429",
  request_time: "0.052",
  upstream_status: "502, 429",
  upstream_response_time: "0.010, 0.040",
  bytes_sent: "905",
  request_length: "310",
  http_x_consumer: "team-search",
  http_authorization: `Bearer ${SECRET}`,
  request_body: PROMPT,
  upstream_http_x_ratelimit_remaining_requests: "0",
  upstream_http_x_ratelimit_limit_requests: "60",
  upstream_http_x_ratelimit_reset_requests: "20s",
};

const portkey = {
  request: {
    json: { model: "gpt-5", messages: [{ role: "user", content: PROMPT }] },
    text: PROMPT,
    isStreamingRequest: false,
    headers: { authorization: `Bearer ${SECRET}` },
  },
  response: {
    json: {
      id: "chatcmpl-1",
      created: Math.floor(AT / 1e3),
      model: "gpt-5-2026",
      choices: [{ message: { role: "assistant", content: PROMPT } }],
      usage: { prompt_tokens: 25, completion_tokens: 12, total_tokens: 37 },
    },
    text: PROMPT,
    statusCode: 200,
  },
  provider: "openai",
  requestType: "chatComplete",
  metadata: { _user: "team-search" },
};

const tyk = {
  time: Math.floor(AT / 1e3),
  event: {
    method: "POST",
    path: `/chat?key=${SECRET}`,
    response_code: 429,
    api_key: "****cd340001",
    alias: "team-search",
    time_stamp: TIME,
    api_id: "a-1",
    request_time: 173,
    ip_address: "203.0.113.7",
    raw_request: Buffer.from(`POST /chat HTTP/1.1\r\nAuthorization: ${SECRET}\r\n\r\n${PROMPT}`).toString(
      "base64",
    ),
    raw_response: Buffer.from(
      `HTTP/1.1 429 X\r\nX-Trace: ${SECRET}\r\n\r\n${JSON.stringify({ error: { code: "insufficient_quota", message: PROMPT } })}`,
    ).toString("base64"),
  },
};

const accepted = (answer: { text: string }) => JSON.parse(answer.text) as IngestResult;

const LOGS = [
  {
    format: "envoy",
    record: envoy,
    line: "log",
    event: {
      time: TIME,
      provider: "openai",
      model: "gpt-5",
      status: 200,
      outcome: "success",
      route: "/v1/chat/completions",
      latency_ms: 812,
      input_tokens: 25,
      output_tokens: 12,
      request_bytes: 310,
      response_bytes: 905,
      client_ip: "203.0.113.7",
    },
  },
  {
    format: "traefik",
    record: traefik,
    line: "message",
    event: {
      time: TIME,
      status: 429,
      outcome: "rate_limited",
      retry_after_s: 20,
      route: "/v1/chat",
      latency_ms: 81.965,
      client_ip: "203.0.113.7",
    },
  },
  {
    format: "nginx",
    record: nginx,
    line: "message",
    event: {
      time: TIME,
      status: 429,
      outcome: "rate_limited",
      retry_after_s: 20,
      method: "POST",
      route: "/v1/chat",
      latency_ms: 52,
      request_bytes: 310,
      response_bytes: 905,
    },
  },
] as const;

test.each(LOGS)("$format: a shipped log, parsed or not, as itself or as auto", async (log) => {
  const other = {
    ...log.record,
    date: 0,
    "x-request-id": "other",
    RequestPath: "/other",
    request_id: "other",
  };
  const body = [
    other,
    { date: AT / 1e3, [log.line]: JSON.stringify(log.record) },
    { [log.line]: "starting up" },
  ];
  const first = await stage.send(log.format, body.map((one) => JSON.stringify(one)).join("\n"));
  expect(first).toMatchObject({ status: 200, type: "application/json" });
  expect(accepted(first)).toMatchObject({ accepted: 2, duplicates: 0, rejected: 1, errors: [{ index: 2 }] });
  const again = await stage.send("auto", body);
  expect(again.status).toBe(200);
  expect(accepted(again)).toMatchObject({ accepted: 0, duplicates: 2, rejected: 1 });
  const events = await stage.events();
  expect(events).toHaveLength(2);
  for (const event of events) {
    expect(event).toMatchObject({ consumer: "team-search", key: { name: "team-search" } });
  }
  expect(events).toContainEqual(expect.objectContaining(log.event));
  await stage.expectNowhere(SECRET, PROMPT);
});

test("envoy: its own rate limit counts as one, whatever it answered", async () => {
  await stage.send("envoy", [{ ...envoy, response_code: 503, response_flags: "RL" }]);
  expect(await stage.events()).toMatchObject([{ status: 503, outcome: "rate_limited", error_type: "RL" }]);
});

test.each(["portkey", "auto"])("portkey as %s: an answered call, and JSON for an answer", async (format) => {
  const first = await stage.send(format, portkey);
  expect(first).toMatchObject({ status: 200, type: "application/json" });
  expect(accepted(first)).toEqual({ accepted: 1, duplicates: 0, rejected: 0, errors: [] });
  expect(accepted(await stage.send(format, portkey)).duplicates).toBe(1);
  expect(await stage.events()).toMatchObject([
    {
      time: new Date(Math.floor(AT / 1e3) * 1e3).toISOString(),
      key: { name: "team-search" },
      consumer: "team-search",
      provider: "openai",
      model: "gpt-5-2026",
      operation: "chatComplete",
      status: 200,
      input_tokens: 25,
      output_tokens: 12,
      stream: false,
    },
  ]);
  await stage.expectNowhere(SECRET, PROMPT);
});

test("tyk: events behind each other at Splunk's path, answered as Splunk does", async () => {
  const good = { ...tyk, event: { ...tyk.event, response_code: 200, raw_response: "" } };
  const post = async () => {
    const response = await fetch(`${stage.server.url}/services/collector/event/1.0`, {
      method: "POST",
      headers: { authorization: `Splunk ${stage.server.token}` },
      body: Buffer.from(JSON.stringify(tyk) + JSON.stringify(good)),
    });
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  const success = [200, "application/json", '{"text":"Success","code":0}'];
  expect(await post()).toEqual(success);
  expect(await post()).toEqual(success);
  expect((await stage.send("auto", tyk)).text).toBe(success[2]);
  const events = await stage.events();
  expect(events).toHaveLength(2);
  expect(events.map(({ outcome }) => outcome).sort()).toEqual(["quota_exhausted", "success"]);
  for (const event of events) {
    expect(event).toMatchObject({
      time: TIME,
      key: { hint: "…001", name: "team-search" },
      consumer: "team-search",
      route: "/chat",
      latency_ms: 173,
      client_ip: "203.0.113.7",
    });
  }
  await stage.expectNowhere(SECRET, PROMPT);
});
