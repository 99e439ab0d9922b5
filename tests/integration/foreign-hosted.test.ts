import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SYSTEM } from "@/lib/domain/access/actor";
import { updateSource } from "@/lib/features/sources/commands";
import { foreignStage } from "../support/foreign";

// What hosted services send: CloudEvents, AWS through Firehose, Helicone, Vercel.

const stage = foreignStage();
const AT = Date.now() - 60_000;
const SECRETS = ["sk-planted-secret-0001", "a planted prompt"];
const COUNTED = { type: "application/json", status: 200 };

const sourceWith = (input: object) =>
  updateSource({ actor: SYSTEM, id: String(stage.server.sourceId), input });

const cloudEvent = (id: string, more: object = {}) => ({
  specversion: "1.0",
  type: "request",
  source: "gateway-1",
  id,
  time: new Date(AT).toISOString(),
  subject: "team-search",
  data: {
    method: "POST",
    route: "/chat?key=sk-planted-secret-0001",
    status: 429,
    duration_ms: 81,
    messages: ["a planted prompt"],
    headers: { authorization: "Bearer sk-planted-secret-0001" },
    error: { code: "rate_limit_exceeded", message: "a planted prompt" },
    response_headers: { "retry-after": "20" },
  },
  ...more,
});

test("CloudEvents come alone, in a batch, in binary mode, and to OpenMeter's path, and count once", async () => {
  const structured = { "content-type": "application/cloudevents+json" };
  const one = await stage.send("cloudevents", cloudEvent("1"), structured);
  expect(one).toMatchObject(COUNTED);
  expect(JSON.parse(one.text)).toMatchObject({ accepted: 1, rejected: 0 });
  const batch = [cloudEvent("1"), cloudEvent("2"), 7];
  const type = { "content-type": "application/cloudevents-batch+json" };
  expect(JSON.parse((await stage.send("cloudevents", batch, type)).text)).toMatchObject({
    accepted: 1,
    duplicates: 1,
    rejected: 1,
  });
  const binary = await stage.send("auto", cloudEvent("").data, {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "request",
    "ce-source": "gateway-1",
    "ce-id": "3",
    "ce-time": new Date(AT).toISOString(),
    "ce-subject": "team-search",
  });
  expect(JSON.parse(binary.text)).toMatchObject({ accepted: 1 });
  const openMeter = await stage.send("/api/v1/events", cloudEvent("4"), structured);
  expect(JSON.parse(openMeter.text)).toMatchObject({ accepted: 1 });
  const events = await stage.events();
  expect(events).toHaveLength(4);
  for (const event of events)
    expect(event).toMatchObject({
      time: new Date(AT).toISOString(),
      consumer: "team-search",
      route: "/chat",
      outcome: "rate_limited",
      retry_after_s: 20,
      latency_ms: 81,
    });
  await stage.expectNowhere(...SECRETS);
});

test("Firehose is answered as it expects, and its lines count once", async () => {
  const line = (more: object) =>
    JSON.stringify({
      requestId: "c6af9ac6",
      requestTimeEpoch: String(AT),
      ip: "203.0.113.7",
      apiKeyId: "b5q3x2k1yz",
      apiKey: "sk-planted-secret-0001",
      httpMethod: "POST",
      resourcePath: "/items/{id}",
      status: "429",
      responseLatency: "7",
      responseLength: "33",
      errorResponseType: "THROTTLED",
      requestOverride: "a planted prompt",
      ...more,
    });
  const encoded = (text: string) => ({ data: btoa(text) });
  const records = [
    encoded(line({})),
    encoded(
      `${line({ errorResponseType: "QUOTA_EXCEEDED" })}\n${line({ status: "200", errorResponseType: "-" })}\n`,
    ),
    encoded("hello"),
  ];
  const body = gzipSync(JSON.stringify({ requestId: "r-1", timestamp: AT, records }));
  const headers = {
    authorization: "",
    "content-type": "application/json",
    "content-encoding": "gzip",
    "x-amz-firehose-access-key": stage.server.token,
    "x-amz-firehose-request-id": "r-1",
  };
  for (const place of ["firehose", "auto"]) {
    const answer = await stage.send(place, body, headers);
    expect(answer).toMatchObject(COUNTED);
    expect(JSON.parse(answer.text)).toEqual({ requestId: "r-1", timestamp: expect.any(Number) });
  }
  const events = await stage.events();
  expect(events.map(({ outcome }) => outcome).sort()).toEqual(["quota_exhausted", "rate_limited", "success"]);
  expect(events[0]).toMatchObject({
    time: new Date(AT).toISOString(),
    key: { hint: "…yz" },
    consumer: null,
    method: "POST",
    route: "/items/{id}",
    status: expect.any(Number),
    latency_ms: 7,
    response_bytes: 33,
    client_ip: "203.0.113.7",
  });
  await stage.expectNowhere(...SECRETS);
});

const heliconeBody = JSON.stringify({
  request_id: "3f2b8a4e",
  user_id: "ana",
  request_body: '{"messages":["a planted prompt"]}',
  response_body: '{"error":{"code":"insufficient_quota","message":"sk-planted-secret-0001"}}',
  request_response_url: "https://storage.example/sk-planted-secret-0001",
  model: "gpt-5",
  provider: "OPENAI",
  metadata: { cost: 0.25, promptTokens: 13, completionTokens: 17, latencyMs: 930 },
});

test("Helicone's requests count once, and with a signing secret only when they are signed", async () => {
  for (const place of ["helicone", `helicone/${stage.server.token}`, "auto"])
    expect(await stage.send(place, heliconeBody)).toMatchObject(COUNTED);
  expect(await stage.events()).toMatchObject([
    {
      key: { name: "ana" },
      consumer: "ana",
      provider: "openai",
      model: "gpt-5",
      outcome: "quota_exhausted",
      latency_ms: 930,
      input_tokens: 13,
      output_tokens: 17,
      cost_usd: 0.25,
    },
  ]);
  await sourceWith({ signing_secret: "whsec-0123456789" });
  const signature = createHmac("sha256", "whsec-0123456789").update(heliconeBody).digest("hex");
  const signed = { "helicone-signature": signature };
  expect(await stage.send("helicone", heliconeBody)).toMatchObject({ status: 403 });
  expect(await stage.send("helicone", `${heliconeBody} `, signed)).toMatchObject({ status: 403 });
  expect(await stage.send("kong", heliconeBody, signed)).toMatchObject({ status: 403 });
  expect(await stage.send("/api/v1/events", { key: "k" })).toMatchObject({ status: 403 });
  expect(await stage.send("helicone", heliconeBody, signed)).toMatchObject(COUNTED);
  expect(await stage.send("auto", heliconeBody, signed)).toMatchObject(COUNTED);
  await stage.expectNowhere(...SECRETS, "whsec-0123456789");
  await sourceWith({ signing_secret: null });
  expect(await stage.send("helicone", heliconeBody)).toMatchObject(COUNTED);
});

const vercelEntry = (id: string, requestId: string, more: object = {}) => ({
  id,
  requestId,
  deploymentId: "dpl_1",
  projectId: "prj_1",
  source: "lambda",
  level: "info",
  host: "shop.example",
  timestamp: AT + Number(id),
  message: "a planted prompt",
  proxy: {
    timestamp: AT,
    method: "GET",
    path: "/chat?key=sk-planted-secret-0001",
    statusCode: 200,
    clientIp: "203.0.113.7",
    userAgent: ["okhttp/5.1.0"],
    region: "sfo1",
  },
  ...more,
});

test("a request through Vercel counts once, however many entries it leaves and when they come", async () => {
  const entries = [vercelEntry("1", "r-1"), vercelEntry("2", "r-1"), vercelEntry("3", "r-2")];
  const build = vercelEntry("4", "", { source: "build", proxy: undefined });
  const lines = [...entries, build].map((entry) => JSON.stringify(entry)).join("\n");
  expect(await stage.send("vercel", lines, { "content-type": "application/x-ndjson" })).toMatchObject(
    COUNTED,
  );
  expect(await stage.send("auto", [vercelEntry("5", "r-1")])).toMatchObject(COUNTED);
  const events = await stage.events();
  expect(events).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({
    time: new Date(AT + 1).toISOString(),
    key: { name: "(unattributed)" },
    method: "GET",
    route: "/chat",
    status: 200,
    client_ip: "203.0.113.7",
    region: "sfo1",
  });
  await stage.expectNowhere(...SECRETS);
});

test("Vercel finds its code at the endpoint, and its signature is checked", async () => {
  const url = `${stage.server.url}/api/v1/ingest/vercel`;
  for (const method of ["GET", "HEAD", "POST"]) {
    const answer = await fetch(`${url}/${stage.server.token}?verify=abc123`, {
      method,
      ...(method === "POST" ? { body: "[]" } : {}),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-vercel-verify")).toBe("abc123");
  }
  const stranger = await fetch(`${url}/kgi_wrong?verify=abc123`);
  expect(stranger.status).toBe(401);
  expect(stranger.headers.get("x-vercel-verify")).toBeNull();
  await sourceWith({ signing_secret: "drain-secret" });
  const body = JSON.stringify([vercelEntry("1", "r-1")]);
  const signature = createHmac("sha1", "drain-secret").update(body).digest("hex");
  expect(await stage.send("vercel", body, { "x-vercel-signature": "0".repeat(40) })).toMatchObject({
    status: 403,
  });
  expect(await stage.send("vercel", body, { "x-vercel-signature": signature })).toMatchObject(COUNTED);
  await sourceWith({ signing_secret: null });
  expect(await stage.events()).toHaveLength(1);
});
