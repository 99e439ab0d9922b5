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

test("a second start on a data folder in use says so and leaves the first alone", async () => {
  const first = await start();
  servers.push(first);
  const postgres = installation.postgresPid();
  const refusal = await start().then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(refusal).toContain(installation.dataDir);
  expect(refusal).toContain(`pid ${first.pid}`);
  expect(refusal).not.toMatch(/\n\s+at /);
  expect(installation.postgresPid()).toBe(postgres);
  await accepts(first, "after-the-refusal");
}, 60_000);

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

test("a start after a SIGKILL takes the folder over, with what was stored", async () => {
  const first = await start();
  servers.push(first);
  await accepts(first, "before-the-kill");
  await first.kill();
  const second = await start();
  servers = [second];
  const pool = createPool(installation.databaseUrl() ?? "", { max: 1 });
  const { rows } = await pool.query<{ n: number }>("SELECT count(*)::int8 AS n FROM usage_event");
  await pool.end();
  expect(rows[0]?.n).toBe(1);
  await accepts(second, "after-the-kill");
}, 60_000);
