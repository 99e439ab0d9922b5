import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { POST } from "@/app/api/v1/events/route";
import { ingestStage } from "../support/ingest";

// The fast lane and the route handler answer the same to the same request.

const stage = ingestStage();
const event = { key: "sk-live-abcdefghijklmnop", status: 200 };
const json = { "content-type": "application/json" };

test.each<[string, BodyInit, Record<string, string>]>([
  ["events", JSON.stringify([event, { ...event, id: "a" }, { ...event, id: "a" }]), json],
  ["some rejected", JSON.stringify([event, { key: 5 }]), json],
  ["all rejected", JSON.stringify([{ key: 5 }]), json],
  [
    "NDJSON, zipped",
    gzipSync('{"key":"k"}\noops\n'),
    { "content-type": "application/x-ndjson", "content-encoding": "gzip" },
  ],
  ["no JSON", "{", json],
  ["a wrong type", "{}", { "content-type": "text/html" }],
  ["a wrong encoding", "{}", { ...json, "content-encoding": "br" }],
  ["a body past 5 MiB", `[${" ".repeat(5 * 1024 * 1024)}]`, json],
  ["no token", "{}", { ...json, authorization: "" }],
  ["an Idempotency-Key that is too long", "{}", { ...json, "idempotency-key": "k".repeat(201) }],
])("%s", async (_name, body, given) => {
  const headers = { authorization: `Bearer ${stage.server.token}`, ...given };
  const url = `${stage.server.url}/api/v1/events`;
  const answers = [];
  for (const ask of [fetch, (_: string, init: RequestInit) => POST(new Request(url, init))]) {
    const response = await ask(url, { method: "POST", body, headers });
    const type = response.headers.get("content-type");
    answers.push({ status: response.status, type, body: await response.text() });
    await stage.runtime.db.pool.query("TRUNCATE usage_event, event_receipt");
  }
  expect(answers[1]).toEqual(answers[0]);
});
