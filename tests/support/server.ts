import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type pg from "pg";
import { recordedUrl } from "@/lib/server/postgres/cluster";
import { recordedPid, stopPostmaster } from "@/lib/server/postgres/leftover";
import { isPostmasterOf } from "@/lib/server/process";
import { projectRoot } from "@/lib/server/root";

export const ADMIN_TOKEN = "kgm_test_0123456789abcdefghijklmnop";
export const INGEST_TOKEN = "kgi_test_0123456789abcdefghijklmnop";

const READY_WITHIN_MS = 60_000;

/** A data folder of its own, with what runs in it. */
export interface Installation {
  dataDir: string;
  /** The embedded Postgres; undefined when it never ran. */
  databaseUrl(): string | undefined;
  /** The running postmaster. */
  postgresPid(): number | undefined;
  /** Ends what a killed server left running and removes the folder. */
  remove(): Promise<void>;
}

export interface ServerProcess {
  url: string;
  port: number;
  pid: number;
  /** Everything it printed so far, line by line. */
  output: readonly string[];
  /** How it ended; undefined while it runs. */
  readonly end: string | undefined;
  /** Reads nothing more of what it prints. */
  closeOutput(): void;
  /** SIGKILL; resolves once it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code, null when a signal ended it. */
  stop(): Promise<number | null>;
}

export interface StartOptions {
  dataDir: string;
  /** A free one by default. */
  port?: number;
  env?: Record<string, string>;
  /** The build by default. */
  program?: string;
}

/** A temporary data folder; folders of runs that were killed are cleared by the next run's global set-up. */
export function createInstallation(): Installation {
  const dataDir = mkdtempSync(join(tmpdir(), `keygauge-test-${process.pid}-`));
  const clusterDir = (): string | undefined => {
    const place = join(dataDir, "postgres.json");
    if (!existsSync(place)) return undefined;
    return (JSON.parse(readFileSync(place, "utf8")) as { dir: string }).dir;
  };
  const postgresPid = (): number | undefined => {
    const dir = clusterDir();
    const pid = dir === undefined ? undefined : recordedPid(dir);
    return dir !== undefined && pid !== undefined && isPostmasterOf(pid, dir) ? pid : undefined;
  };
  return {
    dataDir,
    databaseUrl: () => recordedUrl(dataDir, "keygauge"),
    postgresPid,
    async remove() {
      const pid = postgresPid();
      if (pid !== undefined) await stopPostmaster(pid);
      const dir = clusterDir();
      if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The build that `npm run build` makes. Throws when it is missing. */
export function builtServer(): string {
  const path = join(projectRoot(), "dist", "server.mjs");
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first.`);
  return path;
}

/**
 * Starts the server as its own process and resolves once it accepts events. It has the tokens ADMIN_TOKEN and
 * INGEST_TOKEN, and nothing of this process's environment.
 */
export async function startServer(options: StartOptions): Promise<ServerProcess> {
  const output: string[] = [];
  const child = spawn(process.execPath, [options.program ?? builtServer()], {
    cwd: projectRoot(),
    env: {
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(options.port ?? 0),
      KEYGAUGE_DATA_DIR: options.dataDir,
      KEYGAUGE_ADMIN_TOKEN: ADMIN_TOKEN,
      KEYGAUGE_INGEST_TOKEN: INGEST_TOKEN,
      LOG_LEVEL: "error",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  let end: string | undefined;
  child.once("exit", (code, signal) => {
    end = signal ?? `exit code ${code}`;
  });
  const port = await readyPort(child, output, ended);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    output,
    get end() {
      return end;
    },
    closeOutput() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** Waits for the line that says it is ready. */
async function readyPort(child: ChildProcess, output: string[], ended: Promise<unknown>): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (what: string) => reject(new Error(`${what}. It said:\n${output.join("\n")}`));
      const read = (line: string) => {
        output.push(line);
        const ready = /Keygauge is ready at http:\/\/[^:\s]+:(\d+)/.exec(line)?.[1];
        if (ready !== undefined) resolve(Number(ready));
      };
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on("line", read);
      }
      child.once("error", reject);
      void ended.then(() => fail("The server ended before it was ready"));
      timer = setTimeout(
        () => fail(`The server was not ready within ${READY_WITHIN_MS} ms`),
        READY_WITHIN_MS,
      );
    });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The id of the source that INGEST_TOKEN belongs to. */
export async function defaultSource(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>("SELECT id FROM source WHERE name = 'default'");
  if (rows[0] === undefined) throw new Error("There is no source named default");
  return rows[0].id;
}
