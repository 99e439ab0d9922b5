import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withStaticFiles } from "./static-files";

const root = mkdtempSync(join(tmpdir(), "keygauge-static-"));
let server: Server;
let url: string;

beforeAll(async () => {
  mkdirSync(join(root, ".next/static/chunks"), { recursive: true });
  writeFileSync(join(root, ".next/static/chunks/0a-b~1.js.br"), brotliCompressSync("let a = 1;"));
  writeFileSync(join(root, ".next/secret.js.br"), brotliCompressSync("secret"));
  server = createServer(
    withStaticFiles((_, response) => {
      response.end("pages");
    }, root),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

it("answers what the build compressed, to be kept", async () => {
  const response = await fetch(`${url}/_next/static/chunks/0a-b~1.js`, {
    headers: { "accept-encoding": "gzip, br" },
  });
  expect(await response.text()).toBe("let a = 1;");
  expect(response.headers.get("content-encoding")).toBe("br");
  expect(response.headers.get("content-type")).toContain("javascript");
  expect(response.headers.get("cache-control")).toContain("immutable");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
});

it.each([
  ["/_next/static/chunks/0a-b~1.js", "gzip"],
  ["/_next/static/chunks/none.js", "br"],
  ["/_next/static/chunks/..%2f..%2fsecret.js", "br"],
  ["/_next/static/chunks/%2e%2e/%2e%2e/secret.js", "br"],
  ["/keys", "br"],
])("leaves %s (%s) to the pages", async (path, encoding) => {
  const response = await fetch(`${url}${path}`, { headers: { "accept-encoding": encoding } });
  expect(await response.text()).toBe("pages");
});
