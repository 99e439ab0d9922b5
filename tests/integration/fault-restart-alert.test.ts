import type pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPool } from "@/lib/db/pool";
import { createIngest } from "@/lib/ingest/ingest";
import { listed } from "@/lib/ingest/records";
import { createApi } from "@/scripts/demo/api";
import { runtimeOn, TEST_SECRET } from "../support/database";
import {
  ADMIN_TOKEN,
  createInstallation,
  defaultSource,
  INGEST_TOKEN,
  type Installation,
  type ServerProcess,
  startServer,
} from "../support/server";
import { type SmtpTestServer, startSmtp } from "../support/smtp";

const KEY = "sk-restart-4711-abcdefghijkl";
const RULE = "Five requests";
const FENCE = "Fence";

let installation: Installation;
let smtp: SmtpTestServer;
let server: ServerProcess;
let pool: pg.Pool;

const start = (port?: number) =>
  startServer({
    dataDir: installation.dataDir,
    ...(port === undefined ? {} : { port }),
    env: { AUTH_SECRET: TEST_SECRET, SMTP_URL: smtp.url, MAIL_FROM: "keygauge@example.com" },
  });

beforeEach(async () => {
  installation = createInstallation();
  smtp = await startSmtp();
  server = await start();
  pool = createPool(installation.databaseUrl() ?? "", { max: 2 });
  const api = createApi(server.url, ADMIN_TOKEN);
  const channel = await api.post("/channels", {
    name: "Operators",
    kind: "email",
    config: { to: ["ops@example.com"] },
  });
  for (const [name, provider] of [
    [RULE, "openai"],
    [FENCE, "fence"],
  ] as const) {
    await api.post("/rules", {
      name,
      metric: "requests",
      scope: { each: "key", provider },
      window: "5m",
      operator: ">=",
      tiers: [{ severity: "critical", threshold: 5 }],
      channels: [channel.id],
    });
  }
}, 60_000);

afterEach(async () => {
  await pool?.end();
  await server?.stop();
  await smtp?.close();
  await installation?.remove();
}, 60_000);

const crossing = (provider: string) =>
  Array.from({ length: 5 }, (_, i) => ({ id: `${provider}-${i}`, key: KEY, provider, status: 200 }));

async function post(events: object[]): Promise<void> {
  const response = await fetch(`${server.url}/api/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  expect(await response.json()).toMatchObject({ accepted: events.length });
}

const mailsOf = (rule: string) =>
  smtp.messages.filter(({ mail }) => `${mail.subject} ${mail.text}`.includes(rule));

const count = async (sql: string): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int8 AS n FROM ${sql}`);
  return rows[0]?.n ?? 0;
};

/** The alert comes by itself after the restart; a later alert then shows that nothing else of it was under way. */
async function expectOneAlert(): Promise<void> {
  await smtp.waitFor(() => mailsOf(RULE).length > 0, 20_000);
  await post(crossing("fence"));
  await smtp.waitFor(() => mailsOf(FENCE).length > 0, 20_000);
  expect(mailsOf(RULE)).toHaveLength(1);
  expect(mailsOf(FENCE)).toHaveLength(1);
  const ofRule = `WHERE rule_id = (SELECT id FROM rule WHERE name = '${RULE}')`;
  expect(await count(`incident ${ofRule}`)).toBe(1);
  expect(await count(`transition ${ofRule} AND to_status = 'firing'`)).toBe(1);
  expect(await count(`delivery WHERE incident_id IN (SELECT id FROM incident ${ofRule})`)).toBe(1);
}

test("an alert whose evaluation was cut off comes after the restart, once", async () => {
  const holder = await pool.connect();
  try {
    // Evaluation can read but not write, so it cannot end; ingest does not touch this table.
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE rule_instance IN EXCLUSIVE MODE");
    await post(crossing("openai"));
    await vi.waitFor(
      async () =>
        expect(await count("pg_locks WHERE relation = 'rule_instance'::regclass AND NOT granted")).toBe(1),
      { timeout: 10_000, interval: 20 },
    );
    await server.kill();
    // What the killed server had begun must not go on in its orphaned connection once the lock is let go.
    await holder.query(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'rule_instance'::regclass AND NOT granted",
    );
    await holder.query("ROLLBACK");
  } finally {
    holder.release(true);
  }
  expect(await count("usage_event")).toBe(5);
  expect(await count("incident")).toBe(0);
  expect(smtp.messages).toHaveLength(0);

  server = await start(server.port);
  await expectOneAlert();
}, 60_000);

test("an alert of events that no evaluator ever saw comes after the restart, once", async () => {
  await server.kill();
  // A server that dies right after the commit, as far as the database can tell: ingest alone, without a worker.
  const runtime = runtimeOn(installation.databaseUrl() ?? "");
  const ingest = createIngest(runtime);
  const records = listed(crossing("openai"));
  const result = await ingest.accept({ id: await defaultSource(pool) }, records, null);
  expect(result).toMatchObject({ accepted: 5, rejected: 0 });
  await ingest.close();
  await runtime.db.close();
  expect(await count("incident")).toBe(0);

  server = await start(server.port);
  await expectOneAlert();
}, 60_000);
