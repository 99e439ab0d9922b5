import { expect, test, vi } from "vitest";
import { getSource } from "@/lib/features/sources/queries";
import { createIngest } from "@/lib/ingest/ingest";
import { listed } from "@/lib/ingest/records";
import { ingestStage } from "../support/ingest";

// What a source's page shows of its records: as received, masked, beside what was understood.

const stage = ingestStage();
const RAW = "sk-live-raw-key-that-must-not-be-seen-9Rk2";
const PROMPT = "the patient says that nobody may know";

/** The source when its counters have been written up to the given number of records. */
const source = (records: number) =>
  vi.waitFor(async () => {
    const found = await getSource(String(stage.server.sourceId));
    expect(found.accepted + found.duplicates + found.rejected).toBe(records);
    return found;
  }, 20_000);

async function postKong(...records: unknown[]): Promise<void> {
  const response = await fetch(`${stage.server.url}/api/v1/ingest/kong/${stage.server.token}`, {
    method: "POST",
    body: JSON.stringify(records),
  });
  expect(response.status).toBe(200);
}

const call = (id: string, more: object = {}) => ({
  request: { id, method: "POST", uri: `/v1/chat?key=${RAW}`, headers: { apikey: RAW } },
  response: { status: 200, size: 12, headers: { "x-request-id": PROMPT } },
  latencies: { request: 81 },
  started_at: Date.now() - 60_000,
  authenticated_entity: { id: RAW },
  consumer: { username: "team-search" },
  ai: { "ai-proxy": { payload: { prompt: PROMPT } } },
  ...more,
});

test("a source without events has none", async () => {
  expect(await source(0)).toMatchObject({ sample: null, rejects: [] });
});

test("the latest record of another gateway stands as received and as understood", async () => {
  await postKong(call("r1", { consumer: { username: "team-first" } }), call("r2"));
  const { sample } = await source(2);
  expect(sample?.received).toMatchObject({
    request: { id: "text, 2 characters", method: "POST", uri: "/v1/chat?…", headers: { apikey: "…9Rk2" } },
    response: { status: 200, size: 12 },
    latencies: { request: 81 },
    authenticated_entity: { id: "…9Rk2" },
    consumer: { username: "team-search" },
    ai: { "ai-proxy": { payload: { prompt: "text, 37 characters" } } },
  });
  expect(sample?.understood).toMatchObject({
    key: { id: expect.stringMatching(/^\d+$/), hint: "…9Rk2", name: "team-search" },
    consumer: "team-search",
    method: "POST",
    route: "/v1/chat",
    status: 200,
    outcome: "success",
    latency_ms: 81,
  });
  expect(sample?.understood).not.toHaveProperty("model");
  expect(Date.parse(sample?.at ?? "")).toBeGreaterThan(Date.now() - 60_000);
});

test("the latest native event replaces it; a repeated one counts as well", async () => {
  const event = { id: "n1", key: RAW, provider: "openai", model: "gpt-5", time: Date.now(), prompt: PROMPT };
  await stage.server.post(event);
  expect((await source(3)).sample).toMatchObject({
    received: { id: "text, 2 characters", key: "…9Rk2", provider: "openai", model: "gpt-5" },
    understood: { provider: "openai", model: "gpt-5", key: { hint: "…9Rk2", name: null } },
  });
  await stage.server.post({ key: "another-key-0001", model: "gpt-6" });
  await stage.server.post(event);
  expect((await source(5)).sample?.understood).toMatchObject({ model: "gpt-5" });
});

test("a rejected record stands with its field, its reason and what arrived, masked", async () => {
  await stage.server.post([
    { key: RAW, status: "ok", note: PROMPT },
    { key: 12345678, status: 200 },
  ]);
  await postKong(call("r3", { started_at: 5 }), "no object");
  await fetch(`${stage.server.url}/api/v1/ingest/kong/${stage.server.token}`, { method: "POST", body: RAW });
  const { rejects } = await source(10);
  expect(rejects.map(({ field, record }) => ({ field, record }))).toMatchObject([
    { field: "", record: null },
    { field: "time", record: { started_at: 5, request: { uri: "text, 55 characters" } } },
    { field: "", record: "text, 9 characters" },
    { field: "status", record: { key: "…9Rk2", status: "text, 2 characters", note: "text, 37 characters" } },
    { field: "key", record: { key: "…78", status: 200 } },
  ]);
});

test("nothing of the key or a prompt is in the row", async () => {
  const { rows } = await stage.runtime.db.pool.query("SELECT to_jsonb(source)::text AS row FROM source");
  const all = JSON.stringify(rows);
  expect(all).toContain("…9Rk2");
  for (const secret of [RAW, PROMPT, "12345678"]) expect(all).not.toContain(secret);
});

test("twenty rejects of a second are kept, and of all seconds the latest twenty", async () => {
  const bad = (name: string) =>
    listed(Array.from({ length: 15 }, () => ({ key: "k", status: "x", [name]: 1 })));
  const ingest = createIngest(stage.runtime);
  const own = { id: stage.server.sourceId };
  await ingest.accept(own, bad("first"), null);
  await ingest.accept(own, bad("second"), null);
  await source(40);
  await ingest.accept(own, bad("third"), null);
  await ingest.close();
  const kept = (await source(55)).rejects.map(({ record }) => Object.keys(record as object)[2]);
  expect(kept).toEqual([...Array(15).fill("third"), ...Array(5).fill("second")]);
});
