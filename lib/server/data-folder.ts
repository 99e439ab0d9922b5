import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isAlive, startOf } from "./process";
import { codeOf, messageOf, StartError } from "./start-error";

/** Makes the folder if need be and makes sure it can be written to. */
export function openDataFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotWrite(dir, error);
  }
}

/** One line for why a file of the data folder could not be read or written. */
export function cannotWrite(dir: string, error: unknown): StartError {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new StartError(`The disk that holds ${dir} is full: free some space and start again.`);
    case "EEXIST":
    case "ENOTDIR":
      return new StartError(`The data folder ${dir} is not a folder: set KEYGAUGE_DATA_DIR to another path.`);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new StartError(
        `No write access to the data folder ${dir}, or to a file in it: grant it to this user, or set KEYGAUGE_DATA_DIR to a folder of its own.`,
      );
  }
  return new StartError(`The data folder ${dir} cannot be used: ${messageOf(error)}.`, { cause: error });
}

interface Owner {
  pid: number;
  /** Tells the process from a later one with the same pid. */
  started: string;
}

export interface FolderLock {
  release(): void;
}

const lockFile = (dir: string) => join(dir, "keygauge.lock");

/** The live process that holds the data folder, if any. */
export function ownerOf(dir: string): number | undefined {
  const owner = readOwner(lockFile(dir));
  return owner !== undefined && isLive(owner) ? owner.pid : undefined;
}

/** Takes the folder for this process. Throws StartError naming the process that has it. */
export function lockDataFolder(dir: string): FolderLock {
  const file = lockFile(dir);
  const own = `${file}.${process.pid}`;
  const mine: Owner = { pid: process.pid, started: startOf(process.pid) ?? "" };
  try {
    writeFileSync(own, JSON.stringify(mine), { mode: 0o644 });
    try {
      claim(dir, file, own);
    } finally {
      rmSync(own, { force: true });
    }
  } catch (error) {
    throw error instanceof StartError ? error : cannotWrite(dir, error);
  }
  return {
    release() {
      if (readOwner(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}

/** A hard link either becomes the lock or finds one there: no moment in which two processes hold it. */
function claim(dir: string, file: string, own: string): void {
  for (;;) {
    try {
      linkSync(own, file);
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const owner = readOwner(file);
    if (owner !== undefined && isLive(owner)) throw inUse(dir, owner);
    setAside(dir, file, `${own}.stale`);
  }
}

/** Removes a dead owner's lock; one that a third process took in the meantime is put back. */
function setAside(dir: string, file: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const owner = readOwner(aside);
  const live = owner !== undefined && isLive(owner);
  if (live && !existsSync(file)) linkSync(aside, file);
  rmSync(aside, { force: true });
  if (live) throw inUse(dir, owner);
}

const inUse = (dir: string, { pid }: Owner) =>
  new StartError(
    `Another Keygauge (pid ${pid}) is using the data folder ${dir}: stop it, or set KEYGAUGE_DATA_DIR to another folder.`,
  );

const isLive = ({ pid, started }: Owner) => isAlive(pid) && (started === "" || startOf(pid) === started);

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, "utf8")) as Partial<Owner>;
    return typeof owner.pid === "number" ? { pid: owner.pid, started: owner.started ?? "" } : undefined;
  } catch {
    return undefined;
  }
}

/** AUTH_SECRET of this installation: made once, kept with mode 0600. */
export function keptSecret(dir: string): string {
  const file = join(dir, "auth-secret");
  try {
    try {
      writeFileSync(file, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    const secret = readFileSync(file, "utf8").trim();
    if (secret.length >= 32) return secret;
  } catch (error) {
    throw cannotWrite(dir, error);
  }
  throw new StartError(`${file} does not hold a secret: restore it from a backup, or set AUTH_SECRET.`);
}
