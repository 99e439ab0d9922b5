import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { keyring } from "@/lib/crypto";
import { wantedPartitions } from "@/lib/db/partitions";
import type { Env } from "@/lib/env";
import { settingsWith } from "@/lib/features/installation/stored";
import { type Settings, settingsOf } from "@/lib/runtime";
import { keptSecret, openDataFolder, ownerOf } from "@/lib/server/data-folder";
import { connectOrExplain } from "@/lib/server/migrate/connect";
import { migrationState } from "@/lib/server/migrate/migrate";
import { messageOf } from "@/lib/server/start-error";
import { checkChannels } from "./doctor-channels";
import { checkSmtp, checkTwilio } from "./doctor-providers";
import { runningDatabase } from "./session";

export type Status = "ok" | "warning" | "wrong";

export interface Check {
  name: string;
  status: Status;
  says: string;
}

const LOW_DISK = 2 * 1024 ** 3;

/** Looks at everything an installation needs. Changes nothing and starts nothing. */
export async function examine(env: Env): Promise<Check[]> {
  const checks: Check[] = [{ name: "Node.js", status: "ok", says: process.versions.node }];
  checks.push(dataFolder(env), server(env));
  const settings = await inForce(env);
  const providers = Promise.all([checkSmtp(settings), checkTwilio(settings)]);
  checks.push(...(await database(env, settings)), ...(await providers));
  return checks;
}

/** The environment's settings, and the console's where the database can be asked for them. */
async function inForce(env: Env): Promise<Settings> {
  const running = runningDatabase(env);
  if (running === undefined || !hasSecret(env)) return settingsOf(env);
  try {
    const client = await connectOrExplain(running);
    const { rows } = await client
      .query<{ name: string; value: unknown }>("SELECT name, value FROM setting")
      .finally(() => client.end());
    return settingsWith(env, rows, ringOf(env));
  } catch {
    // What is wrong with the database is said where it is looked at.
    return settingsOf(env);
  }
}

/** Asking for a secret that was never made would make it. */
const hasSecret = (env: Env): boolean =>
  env.authSecret !== undefined || existsSync(join(env.dataDir, "auth-secret"));
const ringOf = (env: Env) => keyring(env.authSecret ?? keptSecret(env.dataDir));

function dataFolder(env: Env): Check {
  const name = "Data folder";
  try {
    if (!existsSync(env.dataDir))
      return { name, status: "ok", says: `${env.dataDir} does not exist yet; npm start makes it` };
    openDataFolder(env.dataDir);
    const { bavail, bsize } = statfsSync(env.dataDir);
    const free = `${((bavail * bsize) / 1024 ** 3).toFixed(1)} GiB free`;
    if (bavail * bsize < LOW_DISK) return { name, status: "warning", says: `${env.dataDir}: only ${free}` };
    return { name, status: "ok", says: `${env.dataDir}, ${free}` };
  } catch (error) {
    return { name, status: "wrong", says: messageOf(error) };
  }
}

function server(env: Env): Check {
  const pid = ownerOf(env.dataDir);
  if (pid !== undefined) return { name: "Server", status: "ok", says: `running (pid ${pid})` };
  const says = env.databaseUrl === undefined ? "not running" : "not asked (DATABASE_URL is set)";
  return { name: "Server", status: "ok", says };
}

async function database(env: Env, settings: Settings): Promise<Check[]> {
  const name = "Database";
  const running = runningDatabase(env);
  if (running === undefined)
    return [
      {
        name,
        status: "warning",
        says: "the embedded Postgres runs with the server: npm start, then ask again",
      },
    ];
  let client: pg.Client;
  try {
    client = await connectOrExplain(running);
  } catch (error) {
    return [{ name, status: "wrong", says: messageOf(error) }];
  }
  try {
    const version = await client.query<{ server_version: string }>("SHOW server_version");
    const says = `Postgres ${version.rows[0]?.server_version}${env.databaseUrl === undefined ? ", embedded" : ""}`;
    const checks: Check[] = [{ name, status: "ok", says }, await migrations(client)];
    if (checks.some((check) => check.status !== "ok")) return checks;
    checks.push(await partitions(client, settings));
    if (hasSecret(env)) checks.push(...(await checkChannels(client, ringOf(env), env.allowHosts)));
    return checks;
  } catch (error) {
    return [{ name, status: "wrong", says: messageOf(error) }];
  } finally {
    await client.end();
  }
}

async function migrations(client: pg.Client): Promise<Check> {
  const name = "Migrations";
  const { pending, failed, unknown } = await migrationState(client);
  if (failed.length > 0) return { name, status: "wrong", says: `failed half-way: ${failed.join(", ")}` };
  if (unknown.length > 0)
    return { name, status: "wrong", says: `of a newer Keygauge: ${unknown.join(", ")}` };
  if (pending.length > 0)
    return { name, status: "wrong", says: `${pending.length} to apply: npm run keygauge -- migrate` };
  return { name, status: "ok", says: "all applied" };
}

async function partitions(client: pg.Client, settings: Settings): Promise<Check> {
  const name = "Partitions";
  const { rows } = await client.query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid",
  );
  const existing = new Set(rows.map((row) => row.name));
  const wanted = wantedPartitions(Date.now(), settings.retentionEventsDays);
  const missing = wanted.filter((partition) => !existing.has(partition.name));
  if (missing.length === 0) return { name, status: "ok", says: `${wanted.length} in place` };
  return { name, status: "wrong", says: `${missing.length} missing; the server makes them as it starts` };
}

const MARKS: Record<Status, string> = { ok: "ok", warning: "!", wrong: "WRONG" };

/** The checks as lines of a table. */
export function table(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map((check) => check.name.length));
  return checks.map(({ name, status, says }) => `${MARKS[status].padEnd(5)}  ${name.padEnd(width)}  ${says}`);
}
