import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { setLogLevel } from "@/lib/log";
import { frontOf } from "./front";

/** What "/stream" answers with: as many pieces as are asked for, then it waits; says when its reader left. */
let given = 0;
let left: () => void;
const gone = new Promise<void>((resolve) => {
  left = resolve;
});
const PIECE = 64 * 1024;

const read = frontOf({
  "/stream": async (request) => {
    const pieces = Number(new URL(request.url).searchParams.get("pieces"));
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (given === pieces) return new Promise(() => {});
          given += 1;
          controller.enqueue(new Uint8Array(PIECE).fill(given));
          return undefined;
        },
        cancel: () => left(),
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
  },
  "/usage": async (request) => {
    const { searchParams } = new URL(request.url);
    if (searchParams.has("fail")) throw new Error("no");
    const status = searchParams.has("missing") ? 404 : 200;
    const text = `${request.headers.get("authorization")} ${searchParams.get("q")} `;
    return new Response(text.repeat(Number(searchParams.get("times"))), {
      status,
      headers: { "Content-Type": "text/x-test" },
    });
  },
});
const server = createServer((request, response) => {
  if (!read(request, response)) response.end("elsewhere");
});
let base: string;

beforeAll(async () => {
  setLogLevel("silent");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${base}${path}`, { ...init, headers: { Authorization: "Bearer t" } });

test("answers with what the handler says of the request", async () => {
  const answer = await ask("/usage?q=%C3%A4&times=1&missing");
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    404,
    "text/x-test",
    "Bearer t ä ",
  ]);
});

test.each([
  [1, null],
  [200, "gzip"],
])("packs what is long: %d times", async (times, encoding) => {
  const answer = await ask(`/usage?q=x&times=${times}`);
  expect(answer.headers.get("content-encoding")).toBe(encoding);
  expect(await answer.text()).toBe("Bearer t x ".repeat(times));
});

test("leaves other paths and methods to others", async () => {
  for (const [path, init] of [["/usage/x"], ["/"], ["/usage", { method: "POST" }]] as [
    string,
    RequestInit?,
  ][])
    expect(await (await ask(path, init)).text()).toBe("elsewhere");
});

test("a handler that fails is an answer too", async () => {
  expect((await ask("/usage?fail")).status).toBe(500);
});

test("passes a stream on piece by piece, and tells its source that the reader left", async () => {
  given = 0;
  const leave = new AbortController();
  const answer = await ask("/stream?pieces=3", { signal: leave.signal });
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(answer.headers.get("transfer-encoding")).toBeNull();
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let bytes = 0;
  while (bytes < 3 * PIECE) bytes += (await reader.read()).value?.length ?? Number.NaN;
  expect(bytes).toBe(3 * PIECE);
  leave.abort();
  await gone;
});

test("asks a stream for no more than its reader takes", async () => {
  given = 0;
  const answer = await ask("/stream?pieces=2000");
  // As much as the sockets between them hold; whoever reads nothing gets no more.
  await vi.waitFor(
    async () => {
      const before = given;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(given).toBe(before);
    },
    { timeout: 20_000 },
  );
  expect(given).toBeLessThan(1_000);
  await answer.body?.cancel();
});
