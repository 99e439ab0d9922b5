import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { listEvents } from "@/lib/features/usage/events";
import { ingestStage } from "../support/ingest";

// What holds for every gateway's format: tokens, answers, bodies, ids, attribution. Kong's records stand in for all.

const stage = ingestStage();
const AT = Date.now() - 60_000;

const call = (id: string | null, more: object = {}) => ({
  ...(id === null ? {} : { request: { id, method: "POST", uri: "/chat?key=secret", headers: {} } }),
  ...(id === null ? { request: { method: "POST", uri: "/chat" } } : {}),
  response: { status: 200, size: 12, headers: {} },
  latencies: { request: 81 },
  started_at: AT,
  authenticated_entity: { id: "credential-0001" },
  consumer: { username: "team-search" },
  ...more,
});

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(`${stage.server.url}${path}`, { method: "POST", body, headers });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

const bearer = () => ({ authorization: `Bearer ${stage.server.token}` });
const stored = async () => (await listEvents({ limit: 100 })).data;

test.each([
  ["Authorization: Bearer", () => bearer(), ""],
  ["Authorization: Splunk", () => ({ authorization: `Splunk ${stage.server.token}` }), ""],
  ["Basic, as the password", () => ({ authorization: `Basic ${btoa(`kong:${stage.server.token}`)}` }), ""],
  ["Basic, as the user", () => ({ authorization: `Basic ${btoa(`${stage.server.token}:`)}` }), ""],
  ["X-API-Key", () => ({ "x-api-key": stage.server.token }), ""],
  ["X-Amz-Firehose-Access-Key", () => ({ "x-amz-firehose-access-key": stage.server.token }), ""],
  ["the last segment of the path", () => ({}), "token"],
])("takes the token from %s", async (_name, headers, place) => {
  const path = place === "token" ? `/api/v1/ingest/kong/${stage.server.token}` : "/api/v1/ingest/kong";
  expect(await post(path, JSON.stringify(call("r1")), headers())).toMatchObject({ status: 200 });
  expect(await stored()).toHaveLength(1);
});

test("refuses an unknown token and an unknown format", async () => {
  expect(await post("/api/v1/ingest/kong/kgi_wrong", "{}")).toMatchObject({ status: 401 });
  expect(await post("/api/v1/ingest/kong", "{}")).toMatchObject({ status: 401 });
  expect(await post("/api/v1/ingest/smoke", "{}", bearer())).toMatchObject({ status: 404 });
});

test("one bad record never fails its batch, and is shown on the source", async () => {
  const body = JSON.stringify([call("r1"), 7, call("r2", { started_at: AT - 90 * 86_400_000 }), call("r3")]);
  const answer = await post("/api/v1/ingest/kong", body, bearer());
  expect(answer).toMatchObject({ status: 200, type: "application/json" });
  expect(JSON.parse(answer.text)).toMatchObject({
    accepted: 2,
    rejected: 2,
    errors: [{ index: 1 }, { index: 2, field: "time" }],
  });
});

test.each([
  [
    "an array",
    [call("a"), call("b")]
      .map((one) => JSON.stringify(one))
      .join(",")
      .replace(/^.*$/s, "[$&]"),
  ],
  ["one a line", [call("a"), call("b")].map((one) => JSON.stringify(one)).join("\n")],
  ["one after the other", [call("a"), call("b")].map((one) => JSON.stringify(one)).join("")],
  ["over several lines", [call("a"), call("b")].map((one) => JSON.stringify(one, null, 2)).join("\n")],
])("reads records as %s, whatever the content type says", async (_name, body) => {
  for (const type of ["application/json", "text/plain", ""]) {
    const headers = { ...bearer(), ...(type === "" ? {} : { "content-type": type }) };
    expect(await post("/api/v1/ingest/kong", body, headers)).toMatchObject({ status: 200 });
  }
  const zipped = { ...bearer(), "content-encoding": "gzip" };
  expect(await post("/api/v1/ingest/kong", gzipSync(body), zipped)).toMatchObject({ status: 200 });
  expect(await stored()).toHaveLength(2);
});

test("a body that is no JSON at all is a rejected record, not a refusal", async () => {
  const answer = await post("/api/v1/ingest/kong", "hello", bearer());
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ accepted: 0, rejected: 1 });
  const binary = await post("/api/v1/ingest/kong", Buffer.from([0x7b, 0xff]), bearer());
  expect(JSON.parse(binary.text)).toMatchObject({ accepted: 0, rejected: 1 });
});

test("opens what a log shipper wrapped around a record; key_from paths start within", async () => {
  const shipped = (id: string) => ({
    date: 1.5,
    log: `2026-11-23T14:05:20Z stdout F ${JSON.stringify(call(id))}`,
  });
  await stage.runtime.db.pool.query("UPDATE source SET key_from = $1", [["consumer.username"]]);
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  await post("/api/v1/ingest/kong", JSON.stringify([shipped("a")]), bearer());
  await post("/api/v1/ingest/auto", JSON.stringify([shipped("b"), { log: "[info] started" }]), bearer());
  await stage.runtime.db.pool.query("UPDATE source SET key_from = '{}'");
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  expect((await stored()).map(({ status, key }) => [status, key.hint])).toEqual([
    [200, "…ch"],
    [200, "…ch"],
  ]);
});

test("a record that is nested without end is rejected, and the server lives", async () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const nested = (id: string | null) =>
    JSON.stringify(call(id, { deep: 0 })).replace('"deep":0', `"deep":${deep}`);
  const body = `[${nested(null)},${nested("r1")},${JSON.stringify(call("r2"))}]`;
  const answer = await post("/api/v1/ingest/kong", body, bearer());
  expect(JSON.parse(answer.text)).toMatchObject({ accepted: 2, rejected: 1, errors: [{ index: 0 }] });
});

test("records without an id count once however often their batch comes, and twice when they are two", async () => {
  const body = JSON.stringify([call(null), call(null), call(null, { client_ip: "203.0.113.9" })]);
  await post("/api/v1/ingest/kong", body, bearer());
  const again = await post("/api/v1/ingest/kong", body, bearer());
  expect(JSON.parse(again.text)).toMatchObject({ accepted: 0, duplicates: 3 });
  expect(await stored()).toHaveLength(3);
});

test("a call without a key is its consumer's, and without one the source's own", async () => {
  const nobody = { authenticated_entity: null, consumer: null };
  await post(
    "/api/v1/ingest/kong",
    JSON.stringify([call("a", { authenticated_entity: null }), call("b", nobody)]),
    bearer(),
  );
  const names = (await stored()).map((event) => event.key.name);
  expect(names.sort()).toEqual(["(unattributed)", "team-search"]);
});

test("key_from says where the key stands; it is stored nowhere", async () => {
  await stage.runtime.db.pool.query("UPDATE source SET key_from = $1", [
    ["request.headers.x-missing", "request.headers.authorization"],
  ]);
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  const raw = "sk-live-raw-key-that-must-not-be-seen-9Rk2";
  const request = {
    id: "r1",
    method: "POST",
    uri: `/keys/${raw}`,
    headers: { authorization: `Bearer ${raw}`, "user-agent": `curl ${raw}` },
  };
  await post("/api/v1/ingest/kong", JSON.stringify(call(null, { request })), bearer());
  await stage.runtime.db.pool.query("UPDATE source SET key_from = '{}'");
  stage.runtime.changed.emit({ entity: "source", id: String(stage.server.sourceId) });
  const [event] = await stored();
  expect(event?.key.hint).toBe("…9Rk2");
  expect(JSON.stringify(event)).not.toContain(raw);
  expect(event?.route).toBe("/keys/…9Rk2");
});
