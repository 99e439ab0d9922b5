import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createRuntime } from "../support/database";
import { type IngestServer, startIngest } from "../support/ingest";
import { openPost, type RawPost, sendChunk } from "../support/raw-request";

const MIB = 1024 * 1024;
const LIMITS = { arriveMs: 400, lingerMs: 200, inFlight: 8 * MIB };

let runtime: Awaited<ReturnType<typeof createRuntime>>;
let server: IngestServer;
let patient: IngestServer;
let open: RawPost[];

beforeAll(async () => {
  runtime = await createRuntime();
  server = await startIngest(runtime, { bodyLimits: LIMITS });
  // Time plays no part here: what is refused is refused for its size.
  patient = await startIngest(
    runtime,
    { bodyLimits: { ...LIMITS, arriveMs: 60_000, lingerMs: 60_000 } },
    7002,
  );
});

afterAll(async () => {
  await server?.close();
  await patient?.close();
  await runtime?.close();
});

beforeEach(() => {
  open = [];
  return () => {
    for (const { socket } of open) socket.destroy();
  };
});

async function begin(to: IngestServer, headers?: Record<string, string>): Promise<RawPost> {
  const post = await openPost(to.url, to.token, headers);
  open.push(post);
  return post;
}

async function expectOthersServed(by: IngestServer): Promise<void> {
  expect(await by.post([{ key: "sk-others-abcdefghijkl", status: 200 }])).toMatchObject({
    status: 200,
    body: { accepted: 1 },
  });
}

const stored = async (name: string) =>
  (await runtime.db.pool.query("SELECT 1 FROM api_key WHERE name = $1", [name])).rowCount;

test("a slow client is served as long as its body arrives in time, and holds nobody up", async () => {
  const slow = await begin(patient);
  for (const part of ['[{"key":"sk-slow-abcdefghijkl",', '"key_name":"slow"', "}", "]"]) {
    sendChunk(slow, part);
    await expectOthersServed(patient);
  }
  slow.socket.write("0\r\n\r\n");
  expect(await slow.answered).toBe(200);
  expect(await stored("slow")).toBe(1);
});

test("a body that stops arriving is answered with 408, and its connection closed", async () => {
  const stalled = await begin(server, { "content-length": "1000" });
  stalled.socket.write('[{"key":"sk-stalled-abcdefghijkl","key_name":"stalled"}');
  await expectOthersServed(server);
  expect(await stalled.answered).toBe(408);
  expect(stalled.said).toContain("The body did not arrive within 0.4 s.");
  await stalled.closed;
  expect(await stored("stalled")).toBe(0);
});

test("a body that never ends is cut off while others are served", async () => {
  const endless = await begin(server);
  sendChunk(endless, "[");
  let served = 0;
  let closed = false;
  void endless.closed.then(() => {
    closed = true;
  });
  while (!closed) {
    sendChunk(endless, " ".repeat(100));
    await expectOthersServed(server);
    served += 1;
  }
  expect(await endless.answered).toBe(408);
  expect(served).toBeGreaterThan(2);
});

test("a body past the limit is refused before it ends, and its sender gets to the answer", async () => {
  const large = await begin(patient);
  for (let i = 0; i < 5; i++) sendChunk(large, Buffer.alloc(MIB, 32));
  sendChunk(large, " ");
  expect(await large.answered).toBe(413);
  // The rest of it is dropped, and the connection lives on.
  sendChunk(large, Buffer.alloc(MIB, 32));
  large.socket.write("0\r\n\r\n");
  const before = large.said.length;
  large.socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await expect.poll(() => large.said.slice(before)).toContain("HTTP/1.1 404");
});

test("a length past the limit is refused without a byte of the body", async () => {
  const announced = await begin(server, { "content-length": String(5 * MIB + 1) });
  expect(await announced.answered).toBe(413);
  await announced.closed;
});

test("a sender that closes after its request can send all of a refused body", async () => {
  const body = Buffer.alloc(5 * MIB + 1, 32);
  const large = await begin(patient, { "content-length": String(body.length), connection: "close" });
  expect(await large.answered).toBe(413);
  const fault = await new Promise((resolve) => large.socket.write(body, resolve));
  expect(fault ?? null).toBeNull();
  await large.closed;
  expect(large.said).toContain("The body is larger than 5 MiB");
});

test("gzip bombs side by side are refused, and others served", async () => {
  const bomb = gzipSync(Buffer.alloc(64 * MIB, 32));
  const headers = { "content-encoding": "gzip" };
  const bombs = Array.from({ length: 12 }, () => patient.post(null, { raw: bomb, headers }));
  await expectOthersServed(patient);
  for (const { status } of await Promise.all(bombs)) expect([413, 503]).toContain(status);
  await expectOthersServed(patient);
});

test("past the bound on bytes under way the stalest bodies are refused with 503, and new ones served", async () => {
  const refused: RawPost[] = [];
  for (let i = 0; i < 4; i++) {
    const post = await begin(patient);
    void post.answered.then(() => refused.push(post));
    sendChunk(post, Buffer.alloc(3 * MIB, 32));
  }
  await expect.poll(() => refused.length).toBe(2);
  for (const post of refused) {
    expect(await post.answered).toBe(503);
    expect(post.said).toMatch(/retry-after: [1-9]/i);
    expect(post.said).toContain("Too many bytes of requests are under way.");
  }
  const event = { key: "sk-room-abcdefghijkl", key_name: "room" };
  const raw = `[${JSON.stringify(event)}${" ".repeat(4 * MIB)}]`;
  expect(await patient.post(null, { raw })).toMatchObject({ status: 200, body: { accepted: 1 } });
  // A body that arrives does not count for good: the bound holds for those under way.
  for (let i = 0; i < 4; i++) expect((await patient.post(null, { raw })).status).toBe(200);
});

test("a sender that leaves in the middle gives back what its body held", async () => {
  for (let i = 0; i < 6; i++) {
    const post = await begin(patient);
    sendChunk(post, Buffer.alloc(4 * MIB, 32));
    await new Promise<void>((resolve) => post.socket.end(() => resolve()));
    await post.closed;
  }
  const raw = `[{"key":"sk-left-abcdefghijkl"}${" ".repeat(5 * MIB - 100)}]`;
  expect((await patient.post(null, { raw })).status).toBe(200);
});
