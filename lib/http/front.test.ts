import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setLogLevel } from "@/lib/log";
import { frontOf } from "./front";

const read = frontOf({
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
