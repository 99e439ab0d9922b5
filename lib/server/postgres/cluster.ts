import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { codeOf, messageOf, StartError } from "../start-error";
import { type Account, accountFor, canReach } from "./account";
import { type Binaries, completed, copyBinaries, findBinaries } from "./binaries";
import { ENVIRONMENT } from "./settings";

/** Where one data folder's Postgres lives, and who runs it. */
export interface Cluster {
  binaries: Binaries;
  account: Account | undefined;
  /** Postgres's own data directory. */
  dir: string;
  socketDir: string;
  log: string;
  password: string;
}

const SYSTEM_DIR = "/var/lib/keygauge";
const SUPERUSER = "keygauge";
// sun_path holds 108 bytes on Linux, 104 on macOS.
const SOCKET_PATH_MAX = 100;

interface Place {
  dir: string;
  socketDir: string;
}

const placeFile = (dataDir: string) => join(dataDir, "postgres.json");
const passwordFile = (dataDir: string) => join(dataDir, "postgres.password");

/** The address of a database of the data folder's Postgres; undefined when it never ran. */
export function recordedUrl(dataDir: string, database: string): string | undefined {
  const place = readPlace(dataDir);
  if (place === undefined || !existsSync(passwordFile(dataDir))) return undefined;
  return urlOf(place.socketDir, readFileSync(passwordFile(dataDir), "utf8").trim(), database);
}

export function urlOf(socketDir: string, password: string, database: string): string {
  const url = new URL(`postgresql://${SUPERUSER}:${password}@localhost/${database}`);
  url.searchParams.set("host", socketDir);
  return url.href;
}

function readPlace(dataDir: string): Place | undefined {
  if (!existsSync(placeFile(dataDir))) return undefined;
  return JSON.parse(readFileSync(placeFile(dataDir), "utf8")) as Place;
}

/**
 * Finds the data folder's cluster, or makes one: beside the data, or under /var/lib/keygauge when root's folders are
 * closed to the account that has to run Postgres. The password is random and kept with mode 0600.
 */
export function openCluster(dataDir: string, onStep: (message: string) => void): Cluster {
  const recorded = readPlace(dataDir);
  let dir = recorded?.dir ?? join(dataDir, "postgres");
  const account = accountFor(dir);
  let binaries = completed(findBinaries(), dataDir);
  if (account !== undefined) {
    // Only searchable, not readable: the secrets in it have modes of their own.
    chmodSync(dataDir, 0o711);
    if (!canReach(account, "-x", binaries.postgres)) binaries = copyBinaries(binaries, SYSTEM_DIR);
    if (recorded === undefined && !canReach(account, "-x", dataDir))
      dir = join(SYSTEM_DIR, randomBytes(6).toString("hex"), "postgres");
  }
  mkdirSync(dirname(dir), { recursive: true, mode: 0o711 });
  const socketDir = openSocketDir(recorded?.socketDir, join(dirname(dir), "run"), account);
  if (recorded?.dir !== dir || recorded.socketDir !== socketDir)
    writeFileSync(placeFile(dataDir), `${JSON.stringify({ dir, socketDir } satisfies Place)}\n`, {
      mode: 0o600,
    });

  const cluster = { binaries, account, dir, socketDir, log: join(dataDir, "postgres.log") };
  if (existsSync(join(dir, "PG_VERSION")))
    return { ...cluster, password: knownPassword(dataDir, dir, binaries) };
  const password = randomBytes(24).toString("base64url");
  onStep("Creating the database");
  writeFileSync(passwordFile(dataDir), `${password}\n`, { mode: 0o600 });
  initialise({ ...cluster, password });
  return { ...cluster, password };
}

/** The recorded folder when it still serves, the one beside the data when its path is short enough, else a temporary one. */
function openSocketDir(recorded: string | undefined, beside: string, account: Account | undefined): string {
  const short = Buffer.byteLength(join(beside, ".s.PGSQL.5432")) <= SOCKET_PATH_MAX;
  let dir = beside;
  if (!short)
    dir =
      recorded !== undefined && existsSync(recorded) ? recorded : mkdtempSync(join(tmpdir(), "keygauge-"));
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (account !== undefined) chownSync(dir, account.uid, account.gid);
  return dir;
}

function knownPassword(dataDir: string, dir: string, binaries: Binaries): string {
  const major = readFileSync(join(dir, "PG_VERSION"), "utf8").trim();
  if (major !== binaries.version.split(".")[0])
    throw new StartError(
      `The data in ${dir} was written by Postgres ${major}, this is ${binaries.version}: use the Keygauge that wrote it, or restore a backup into a new data folder.`,
    );
  if (!existsSync(passwordFile(dataDir)))
    throw new StartError(
      `${passwordFile(dataDir)} is missing: restore it, or set KEYGAUGE_DATA_DIR to a new folder.`,
    );
  return readFileSync(passwordFile(dataDir), "utf8").trim();
}

/** initdb beside the final place, then a rename: an interrupted one leaves nothing that looks like a cluster. */
function initialise({ binaries, account, dir, password }: Cluster): void {
  const partial = `${dir}.new`;
  const passwordCopy = join(dirname(dir), "initdb.password");
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  writeFileSync(passwordCopy, password, { mode: 0o600 });
  if (account !== undefined) {
    chownSync(partial, account.uid, account.gid);
    chownSync(passwordCopy, account.uid, account.gid);
  }
  const run = spawnSync(
    binaries.initdb,
    [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordCopy}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
    ],
    { cwd: "/", env: ENVIRONMENT, encoding: "utf8", ...account },
  );
  rmSync(passwordCopy, { force: true });
  if (run.error !== undefined) throw unrunnable(run.error);
  if (run.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    throw explain(`${run.stderr}\n${run.stdout}`, dir, undefined);
  }
  renameSync(partial, dir);
}

/** The binary is there and cannot be run: a libc other than glibc, a folder mounted noexec. */
export function unrunnable(error: Error): StartError {
  return new StartError(
    `The embedded Postgres does not run on this system (${codeOf(error) || messageOf(error)}): set DATABASE_URL to a Postgres of your own.`,
    { cause: error },
  );
}

/** One line for what Postgres or initdb said as it failed. */
export function explain(output: string, dir: string, log: string | undefined): StartError {
  const see = log === undefined ? "" : ` Its log is ${log}.`;
  if (/No space left on device|Disk quota exceeded/i.test(output))
    return new StartError(`The disk that holds ${dir} is full: free some space and start again.`);
  if (/Read-only file system|Permission denied/i.test(output))
    return new StartError(
      `Postgres has no write access to ${dir}: give it back, or set KEYGAUGE_DATA_DIR.${see}`,
    );
  if (/could not look up effective user/i.test(output))
    return new StartError(
      "Postgres needs a user with a name: give this user ID an entry in /etc/passwd, run as another user, or set DATABASE_URL.",
    );
  if (/error while loading shared libraries|not found \(required by/i.test(output))
    return new StartError(
      `The embedded Postgres does not run on this system (${lastLine(output)}): set DATABASE_URL to a Postgres of your own.`,
    );
  return new StartError(`Postgres did not start: ${lastLine(output)}.${see}`);
}

function lastLine(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const telling = lines.filter((line) => /FATAL|PANIC|error/i.test(line));
  return (telling.at(-1) ?? lines.at(-1) ?? "it said nothing")
    .replace(/^.*?(FATAL|PANIC|error):\s*/i, "")
    .trim();
}
