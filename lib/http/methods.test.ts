import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withMethods } from "./methods";

const handler = withMethods(
  (_request, response) => void response.end("pages"),
  async () => ({
    "/api/v1/rules": { operations: { get: {}, post: {} } },
    "/api/v1/rules/{id}": { operations: { get: {}, patch: {} } },
    "/api/v1/rules/backtest": { operations: { post: {} } },
    "/api/v1/keys.csv": { operations: { get: {} } },
  }),
);
const server = createServer((request, response) => void handler(request, response));
let base: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  ["PUT", "/api/v1/rules", "GET, POST, HEAD, OPTIONS"],
  ["DELETE", "/api/v1/rules?limit=5", "GET, POST, HEAD, OPTIONS"],
  ["DELETE", "/api/v1/rules/rule_1", "GET, PATCH, HEAD, OPTIONS"],
  ["GET", "/api/v1/rules/backtest", "POST, OPTIONS"],
])("%s %s is refused with what there is: %s", async (method, path, allowed) => {
  const answer = await fetch(base + path, { method });
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("allow")]).toEqual([
    405,
    "application/problem+json",
    allowed,
  ]);
  expect(await answer.json()).toMatchObject({ status: 405, code: "method_not_allowed", errors: [] });
});

test.each([
  ["GET", "/api/v1/rules"],
  ["HEAD", "/api/v1/rules"],
  ["OPTIONS", "/api/v1/rules/backtest"],
  ["PATCH", "/api/v1/rules/rule_1"],
  ["DELETE", "/api/v1/keysxcsv"],
  ["DELETE", "/api/v1/rules/a/b"],
  ["PUT", "/rules"],
])("%s %s goes on", async (method, path) => {
  const answer = await fetch(base + path, { method });
  expect(answer.status).toBe(200);
});
