import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type pg from "pg";
import { projectRoot } from "../root";
import { codeOf, messageOf, StartError } from "../start-error";
import { checkServer, connectOrExplain } from "./connect";
import { migrationNames } from "./names";

export interface MigrateOptions {
  /** The bundle of scripts/migrate.ts; dist/migrate.mjs by default. */
  runner?: string;
  /** prisma/migrations by default. */
  dir?: string;
  onStep?: (message: string) => void;
}

export interface MigrationState {
  /** In the folder but not in the database. */
  pending: string[];
  /** Begun and never finished. */
  failed: string[];
  /** In the database but not in the folder: a newer Keygauge wrote it. */
  unknown: string[];
}

const LOCK_WAIT_MS = 60_000;

/**
 * Brings the database to this version's schema and returns the names of the migrations applied. Several servers may
 * start at once: each waits up to a minute for the others. Throws StartError with one line that says what to do.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const dir = options.dir ?? join(projectRoot(), "prisma", "migrations");
  const runner = options.runner ?? join(projectRoot(), "dist", "migrate.mjs");
  const end = performance.now() + LOCK_WAIT_MS;
  const applied: string[] = [];
  for (let told = false; ; ) {
    const { pending } = await checked(databaseUrl, dir);
    if (pending.length === 0) return applied;
    const answer = await runEngine(runner, { url: databaseUrl, dir });
    if (answer.applied !== undefined) {
      applied.push(...answer.applied);
      continue;
    }
    const { code, message } = answer.error ?? { code: "", message: "the migration engine said nothing" };
    if (!isLocked(code, message)) throw new StartError(explainMigration(code, message));
    if (performance.now() > end)
      throw new StartError(
        "Another process has been migrating this database for over a minute: wait for it to end, or stop it, and start again.",
      );
    if (!told) options.onStep?.("Waiting for another server that is migrating the database");
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function checked(databaseUrl: string, dir: string): Promise<MigrationState> {
  const client = await connectOrExplain(databaseUrl);
  try {
    await checkServer(client);
    const state = await migrationState(client, dir);
    if (state.unknown.length > 0)
      throw new StartError(
        `The database was migrated by a newer Keygauge (${state.unknown.at(-1)}): start that version, or restore an older backup.`,
      );
    return state;
  } finally {
    await client.end();
  }
}

/** Compares Prisma's own table with the folder. */
export async function migrationState(
  client: Pick<pg.ClientBase, "query">,
  dir = join(projectRoot(), "prisma", "migrations"),
): Promise<MigrationState> {
  const names = migrationNames(dir);
  const rows = await client
    .query<{ name: string; done: boolean }>(
      "SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM _prisma_migrations WHERE rolled_back_at IS NULL",
    )
    .then((result) => result.rows)
    .catch((error) => {
      // 42P01: no such table yet.
      if (codeOf(error) === "42P01") return [];
      throw error;
    });
  const done = new Set(rows.filter((row) => row.done).map((row) => row.name));
  return {
    pending: names.filter((name) => !done.has(name)),
    failed: rows.filter((row) => !row.done && !done.has(row.name)).map((row) => row.name),
    unknown: [...done].filter((name) => !names.includes(name)).sort(),
  };
}

interface EngineAnswer {
  applied?: string[];
  error?: { code: string; message: string };
}

async function runEngine(runner: string, input: { url: string; dir: string }): Promise<EngineAnswer> {
  if (!existsSync(runner)) throw new StartError(`${runner} is missing: run npm run build.`);
  const child = spawn(process.execPath, [runner], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(JSON.stringify(input));
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<void>((resolve, reject) => child.once("error", reject).once("close", () => resolve())),
  ]);
  try {
    return JSON.parse(stdout) as EngineAnswer;
  } catch (error) {
    return { error: { code: "", message: stderr.trim() || messageOf(error) } };
  }
}

const isLocked = (code: string, message: string) => code === "P1002" || /advisory lock/i.test(message);

function explainMigration(code: string, message: string): string {
  const line = message.replace(/\s+/g, " ").trim();
  if (code === "P3009" || /failed migrations/i.test(line))
    return `An earlier migration failed half-way: ${line} Restore a backup, or mend it as "prisma migrate resolve" describes.`;
  if (/permission denied/i.test(line))
    return `The database user may not create tables: GRANT CREATE ON SCHEMA public to it. (${line})`;
  return `The database could not be migrated: ${line}`;
}
