import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EmbeddedPostgres, startPostgres } from "@/lib/server/postgres/postgres";
import { isAlive } from "@/lib/server/process";

let dataDir: string;
let open: EmbeddedPostgres[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), `keygauge-test-${process.pid}-`));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((postgres) => postgres.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(onStep?: (message: string) => void): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dataDir, ...(onStep === undefined ? {} : { onStep }) });
  open.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("data and password survive a stop; durability is on; the password is for the owner alone", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  const pid = first.pid ?? 0;
  await first.stop();
  expect(isAlive(pid)).toBe(false);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  expect(
    await query(
      second.url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit','full_page_writes','listen_addresses') ORDER BY 1",
    ),
  ).toEqual([
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "listen_addresses", setting: "" },
    { name: "synchronous_commit", setting: "on" },
  ]);
  expect(statSync(join(dataDir, "postgres.password")).mode & 0o777).toBe(0o600);
});

test("a wrong password is refused", async () => {
  const postgres = await start();
  const url = new URL(postgres.url);
  url.password = "wrong";
  await expect(query(url.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
});

test("a Postgres that is killed comes back by itself with what was committed", async () => {
  const steps: string[] = [];
  const postgres = await start((message) => steps.push(message));
  await query(postgres.url, "CREATE TABLE kept AS SELECT 7 AS n");
  const killed = postgres.pid ?? 0;
  process.kill(killed, "SIGKILL");
  const rows = await vi.waitFor(() => query(postgres.url, "SELECT n FROM kept"), { timeout: 20_000 });
  expect(rows).toEqual([{ n: 7 }]);
  expect(postgres.pid).not.toBe(killed);
  expect(steps).toContainEqual("Postgres ended (SIGKILL): starting it again");
});

test("after stop it is not started again", async () => {
  const postgres = await start();
  const pid = postgres.pid ?? 0;
  await Promise.all([postgres.stop(), postgres.stop()]);
  expect(postgres.pid).toBeUndefined();
  expect(isAlive(pid)).toBe(false);
});

/** What an unclean stop leaves: postmaster.pid with the pid given. */
async function leaveStalePid(pid: number): Promise<void> {
  const postgres = await start();
  const file = join(dataDir, "postgres", "postmaster.pid");
  const left = readFileSync(file, "utf8");
  await postgres.stop();
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, left.replace(/^\d+/, String(pid)), { mode: 0o600 });
  const { uid, gid } = statSync(join(dataDir, "postgres"));
  chownSync(file, uid, gid);
}

test("a pid file of a process that is gone does not keep it from starting", async () => {
  const gone = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => gone.once("close", resolve));
  await leaveStalePid(gone.pid ?? 0);
  expect(await query((await start()).url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("a pid file whose pid another program has by now is not taken for a server, nor the program ended", async () => {
  const other: ChildProcess = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  try {
    await leaveStalePid(other.pid ?? 0);
    expect(await query((await start()).url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
    expect(isAlive(other.pid ?? 0)).toBe(true);
  } finally {
    other.kill("SIGKILL");
  }
});

test("an interrupted initdb is begun anew", async () => {
  mkdirSync(join(dataDir, "postgres.new", "base"), { recursive: true });
  writeFileSync(join(dataDir, "postgres.new", "PG_VERSION"), "18\n");
  expect(await query((await start()).url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

test("data of another major version is refused in one line", async () => {
  await (await start()).stop();
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "12\n");
  await expect(startPostgres({ dataDir })).rejects.toThrow(/was written by Postgres 12/);
});
