import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "@/lib/server/migrate/migrate";
import { recordedPid, stopPostmaster } from "@/lib/server/postgres/leftover";
import { startPostgres } from "@/lib/server/postgres/postgres";
import { isAlive, isPostmasterOf } from "@/lib/server/process";
import { bundle } from "./bundle";
import { unmountLeftover } from "./small-disk";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated database to copy: `CREATE DATABASE x TEMPLATE …`. Nothing may stay connected to it. */
    postgresTemplateUrl: string;
  }
}

const PREFIX = "keygauge-test-";

/** One Postgres for all integration tests of a run, without durability, which they do not test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const postgres = await startPostgres({ dataDir, durable: false });
  await migrate(postgres.url, { runner: await bundle("scripts/migrate.ts") });
  project.provide("postgresTemplateUrl", postgres.url);
  return async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

/** Servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    const cluster = join(tmpdir(), name, "postgres");
    const pid = recordedPid(cluster);
    if (pid !== undefined && isPostmasterOf(pid, cluster)) await stopPostmaster(pid);
    unmountLeftover(join(tmpdir(), name));
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
