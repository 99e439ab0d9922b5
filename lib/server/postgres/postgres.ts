import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import pg from "pg";
import { cannotWrite } from "../data-folder";
import { codeOf, messageOf } from "../start-error";
import { type Cluster, explain, openCluster, unrunnable, urlOf } from "./cluster";
import { isReady, settleLeftover, stopPostmaster } from "./leftover";
import { ENVIRONMENT, settingsFor } from "./settings";

export interface PostgresOptions {
  /** Keygauge's data folder, whose lock the caller holds. */
  dataDir: string;
  /** False trades durability for speed: for tests only. */
  durable?: boolean;
  /** A long or unexpected step, in words for the operator. */
  onStep?: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Of the database `keygauge`. */
  url: string;
  /** Of another database of the same server. */
  urlFor(database: string): string;
  /** Undefined while Postgres is being restarted. */
  readonly pid: number | undefined;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
}

const LOG_KEPT = 10 * 1024 * 1024;
// A start takes 50 ms, and while Postgres is away nothing is watched: it is tried again soon.
const MAX_BACKOFF_MS = 2_000;
/** One that ran for this long after its start has started well: the next one follows at once. */
const STABLE_MS = 250;

/**
 * Starts the data folder's own Postgres and keeps it up: one that dies while Keygauge lives is started again. It runs in
 * a process group of its own, so that Ctrl-C reaches Keygauge alone, which stops it after the last flush.
 * Throws StartError with one line that says what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const onStep = options.onStep ?? (() => {});
  const cluster = opened(options.dataDir, onStep);
  const url = (database: string) => urlOf(cluster.socketDir, cluster.password, database);
  const launch = () => start(cluster, options.durable ?? true, onStep);

  let stopping = false;
  let child: ChildProcess | undefined;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;

  // A process that ends without stop() (a forced end, an uncaught error) leaves no Postgres behind.
  const abandon = () => {
    if (child?.pid !== undefined) process.kill(child.pid, "SIGQUIT");
  };
  process.once("exit", abandon);

  await settleLeftover(cluster.dir, onStep);
  watch(await launch());
  await ensureDatabase(url("postgres"));

  function watch(started: ChildProcess): void {
    child = started;
    const since = performance.now();
    const ended = (how: string) => {
      child = undefined;
      if (stopping) return;
      if (performance.now() - since > STABLE_MS) failures = 0;
      onStep(`Postgres ended (${how}): starting it again`);
      again();
    };
    if (started.exitCode !== null || started.signalCode !== null) ended("at once");
    else started.once("exit", (code, signal) => ended(signal ?? `exit code ${code}`));
  }

  function again(): void {
    const wait = failures === 0 ? 0 : Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures);
    failures += 1;
    retry = setTimeout(async () => {
      try {
        await settleLeftover(cluster.dir, onStep);
        const started = await launch();
        if (stopping) await stopPostmaster(started.pid ?? 0);
        else watch(started);
      } catch (error) {
        if (stopping) return;
        onStep(messageOf(error));
        again();
      }
    }, wait);
  }

  return {
    url: url("keygauge"),
    urlFor: url,
    get pid() {
      return child?.pid;
    },
    async stop() {
      stopping = true;
      clearTimeout(retry);
      if (child?.pid !== undefined) await stopPostmaster(child.pid);
      // Its exit may not have been announced yet.
      child = undefined;
      process.off("exit", abandon);
    },
  };
}

function opened(dataDir: string, onStep: (message: string) => void): Cluster {
  try {
    return openCluster(dataDir, onStep);
  } catch (error) {
    // A file of another user, a full disk.
    throw codeOf(error) === "" ? error : cannotWrite(dataDir, error);
  }
}

const SHARED_MEMORY_WAIT_MS = 20_000;

/** Resolves with the running server once it accepts connections, however long recovery takes. */
async function start(cluster: Cluster, durable: boolean, onStep: (m: string) => void): Promise<ChildProcess> {
  const begun = performance.now();
  for (;;) {
    const attempt = await tryStart(cluster, durable, onStep);
    if ("child" in attempt) return attempt.child;
    // Backends of a killed server are still letting go of its memory.
    const busy = /pre-existing shared memory block|already exists/.test(attempt.output);
    if (!busy || performance.now() - begun > SHARED_MEMORY_WAIT_MS)
      throw explain(attempt.output, cluster.dir, cluster.log);
    await pause(250);
  }
}

type Attempt = { child: ChildProcess } | { output: string };

async function tryStart(cluster: Cluster, durable: boolean, onStep: (m: string) => void): Promise<Attempt> {
  const { binaries, account, dir, socketDir, log } = cluster;
  const settings = Object.entries(settingsFor({ socketDir, durable }));
  rotate(log);
  const fd = openSync(log, "a", 0o600);
  const logged = statSync(log).size;
  let failure: Error | undefined;
  const child = spawn(
    binaries.postgres,
    ["-D", dir, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    { cwd: "/", env: ENVIRONMENT, detached: true, stdio: ["ignore", fd, fd], ...account },
  );
  closeSync(fd);
  child.once("error", (error) => {
    failure = error;
  });
  const begun = performance.now();
  let told = false;
  for (;;) {
    if (failure !== undefined) throw unrunnable(failure);
    if (child.exitCode !== null || child.signalCode !== null)
      return { output: readFileSync(log).subarray(logged).toString("utf8") };
    if (child.pid !== undefined && isReady(dir, child.pid)) return { child };
    if (!told && performance.now() - begun > 3_000) {
      told = true;
      onStep("Postgres is recovering from an unclean stop; this can take some minutes");
    }
    await pause(20);
  }
}

function rotate(log: string): void {
  if (existsSync(log) && statSync(log).size > LOG_KEPT) renameSync(log, `${log}.1`);
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'keygauge'");
    if (found.rowCount === 0) await client.query("CREATE DATABASE keygauge");
  } finally {
    await client.end();
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
