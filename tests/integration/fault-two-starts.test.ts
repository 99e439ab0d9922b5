import { afterEach, beforeEach, expect, test } from "vitest";
import { createPool } from "@/lib/db/pool";
import {
  createInstallation,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";

let installation: Installation;
let servers: ServerProcess[];

beforeEach(() => {
  installation = createInstallation();
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  await installation.remove();
}, 60_000);

const start = () => startServer({ dataDir: installation.dataDir });

async function accepts(server: ServerProcess, id: string): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ id, key: "sk-two-starts-abcdefghijkl", status: 200 }),
  });
  expect(await response.json()).toMatchObject({ accepted: 1 });
}

test("of starts at the same moment on a new data folder one serves and the others say why not", async () => {
  const outcomes = await Promise.allSettled([start(), start(), start()]);
  for (const outcome of outcomes) if (outcome.status === "fulfilled") servers.push(outcome.value);
  expect(servers).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(String(outcome.reason)).toContain(installation.dataDir);
  }
  const [server] = servers;
  if (server !== undefined) await accepts(server, "after-the-race");
  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  const { rows } = await pool.query<{ n: number }>("SELECT count(*)::int8 AS n FROM usage_event");
  await pool.end();
  expect(rows[0]?.n).toBe(1);
}, 60_000);
