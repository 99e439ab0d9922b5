import type pg from "pg";
import { type Client, createClient } from "./client";
import { createPool } from "./pool";

/** The two ways into the one database: Prisma for entities, raw SQL for usage and the queue. */
export interface Db {
  prisma: Client;
  pool: pg.Pool;
  close(): Promise<void>;
}

export function openDb(databaseUrl: string, options: { poolSize?: number } = {}): Db {
  const pool = createPool(databaseUrl, { max: options.poolSize ?? 10 });
  const prisma = createClient(databaseUrl, options.poolSize ?? 10);
  return {
    prisma,
    pool,
    async close() {
      await Promise.allSettled([pool.end(), prisma.$disconnect()]);
    },
  };
}

/** Runs `work` in one transaction of the raw pool; rolls back when it throws. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * True for failures that another try may heal: connection lost, server starting or stopping, deadlock, serialisation, no
 * room left on its disk or in its memory.
 */
export function isTransientDbError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (/^(08|57P0|40001|40P01|53|55P03)/.test(code)) return true;
  if (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH|ENOTFOUND|P1001|P1002|P1008|P1017|P2024)$/.test(
      code,
    )
  )
    return true;
  return /connection (terminated|timeout)|timeout exceeded when trying to connect|Connection ended|not queryable/i.test(
    error.message,
  );
}

/** Why the database cannot serve at the moment, in words for users; for a transient failure. */
export function troubleOf(error: unknown): string {
  return codeOf(error) === "53100" ? "The database's disk is full." : "The database does not answer.";
}

/**
 * What a transient failure says of its transaction: `refused` and `rolled_back` stored nothing, and only the latter may
 * succeed if repeated at once; after `unknown` it may have been committed.
 */
export function aftermathOf(error: unknown): "refused" | "rolled_back" | "unknown" {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  if (
    /^(ECONNREFUSED|ENOENT|EHOSTUNREACH|ENOTFOUND|57P03|53300)$/.test(code) ||
    /timeout exceeded when trying to connect|connection timeout/i.test(message)
  )
    return "refused";
  // A server that goes down for want of room (PANIC) may do so in the middle of a commit.
  const survived = error instanceof Error && "severity" in error && error.severity === "ERROR";
  if (!survived) return "unknown";
  return code.startsWith("53") ? "refused" : "rolled_back";
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
