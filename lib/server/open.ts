import { randomBytes } from "node:crypto";
import { keyring } from "@/lib/crypto";
import { openDb } from "@/lib/db/db";
import type { Env } from "@/lib/env";
import { openSignals, type Runtime, setRuntime, settingsOf } from "@/lib/runtime";
import { type FolderLock, keptSecret, lockDataFolder, openDataFolder } from "./data-folder";
import { migrate } from "./migrate/migrate";
import { type EmbeddedPostgres, startPostgres } from "./postgres/postgres";

/** The data folder and the database of this process. */
export interface Storage {
  databaseUrl: string;
  /** Undefined with DATABASE_URL. */
  postgres: EmbeddedPostgres | undefined;
  close(): Promise<void>;
}

/** Takes the data folder. Only the embedded Postgres needs it to itself: with DATABASE_URL it holds a secret at most. */
export function takeDataFolder(env: Env): FolderLock {
  openDataFolder(env.dataDir);
  return env.databaseUrl === undefined ? lockDataFolder(env.dataDir) : { release() {} };
}

/** Starts the embedded Postgres unless DATABASE_URL names another, and migrates. `close` also releases the lock. */
export async function openStorage(
  env: Env,
  lock: FolderLock,
  onStep: (message: string) => void,
): Promise<Storage> {
  let postgres: EmbeddedPostgres | undefined;
  const close = async () => {
    await postgres?.stop();
    lock.release();
  };
  try {
    if (env.databaseUrl === undefined) postgres = await startPostgres({ dataDir: env.dataDir, onStep });
    const databaseUrl = env.databaseUrl ?? postgres?.url ?? "";
    const applied = await migrate(databaseUrl, { onStep });
    if (applied.length > 0) onStep(`Migrated the database (${applied.join(", ")})`);
    return { databaseUrl, postgres, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes the process's runtime and sets it. */
export function openRuntime(env: Env, databaseUrl: string): Runtime {
  const runtime: Runtime = {
    env,
    settings: settingsOf(env),
    db: openDb(databaseUrl),
    keyring: keyring(env.authSecret ?? keptSecret(env.dataDir)),
    ...openSignals(randomBytes(8).toString("hex")),
  };
  setRuntime(runtime);
  return runtime;
}
