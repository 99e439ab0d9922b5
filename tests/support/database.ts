import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { keyring } from "@/lib/crypto";
import { openDb } from "@/lib/db/db";
import { maintainPartitions } from "@/lib/db/partitions";
import { readEnv } from "@/lib/env";
import { openSignals, type Runtime, setRuntime, settingsOf } from "@/lib/runtime";

export const TEST_SECRET = "keygauge-test-secret-0123456789abcdef";

/** A fresh migrated database, a copy of the template; dropped by `close`. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = new URL(inject("postgresTemplateUrl"));
  const name = `t_${randomBytes(6).toString("hex")}`;
  const admin = new URL(template);
  admin.pathname = "/postgres";
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: admin.href });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`CREATE DATABASE "${name}" TEMPLATE "${template.pathname.slice(1)}"`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

/** A runtime on this database, set as the process's own. `extra` are environment variables. */
export function runtimeOn(databaseUrl: string, extra: Record<string, string> = {}): Runtime {
  const env = readEnv({ AUTH_SECRET: TEST_SECRET, DATABASE_URL: databaseUrl, LOG_LEVEL: "silent", ...extra });
  const runtime: Runtime = {
    env,
    settings: settingsOf(env),
    db: openDb(databaseUrl, { poolSize: 5 }),
    keyring: keyring(TEST_SECRET),
    ...openSignals(randomBytes(4).toString("hex")),
  };
  setRuntime(runtime);
  return runtime;
}

/** A runtime on a fresh database with partitions, set as the process's own. `extra` are environment variables. */
export async function createRuntime(
  extra: Record<string, string> = {},
): Promise<Runtime & { close(): Promise<void> }> {
  const database = await createDatabase();
  const runtime = runtimeOn(database.url, extra);
  await maintainPartitions(runtime.db.pool, Date.now(), runtime.settings.retentionEventsDays);
  return Object.assign(runtime, {
    async close() {
      await runtime.db.close();
      await database.drop();
    },
  });
}
