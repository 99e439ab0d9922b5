import type { Env } from "@/lib/env";
import { loadSettings } from "@/lib/features/installation/stored";
import { checkAuthSecret } from "@/lib/features/users/secret-check";
import type { Runtime } from "@/lib/runtime";
import { openDataFolder, ownerOf } from "@/lib/server/data-folder";
import { connectOrExplain } from "@/lib/server/migrate/connect";
import { migrationState } from "@/lib/server/migrate/migrate";
import { openRuntime, openStorage, takeDataFolder } from "@/lib/server/open";
import { recordedUrl } from "@/lib/server/postgres/cluster";
import { StartError } from "@/lib/server/start-error";

/** The database of the server that is running, or of DATABASE_URL; undefined when Postgres has to be started first. */
export function runningDatabase(env: Env): string | undefined {
  if (env.databaseUrl !== undefined) return env.databaseUrl;
  return ownerOf(env.dataDir) === undefined ? undefined : recordedUrl(env.dataDir, "keygauge");
}

/**
 * Runs `work` on the installation's database: beside the server when it runs, else with Postgres started for the
 * command and stopped after it.
 */
export async function withRuntime<T>(env: Env, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  openDataFolder(env.dataDir);
  const running = runningDatabase(env);
  if (running !== undefined) {
    const client = await connectOrExplain(running);
    const { pending } = await migrationState(client).finally(() => client.end());
    if (pending.length > 0)
      throw new StartError("The database is not migrated: run npm run keygauge -- migrate first.");
    return inRuntime(env, running, work);
  }
  const storage = await openStorage(env, takeDataFolder(env), (line) => process.stderr.write(`${line}\n`));
  try {
    return await inRuntime(env, storage.databaseUrl, work);
  } finally {
    await storage.close();
  }
}

async function inRuntime<T>(env: Env, url: string, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const runtime = openRuntime(env, url);
  try {
    await checkAuthSecret();
    await loadSettings(runtime);
    return await work(runtime);
  } finally {
    await runtime.db.close();
  }
}
