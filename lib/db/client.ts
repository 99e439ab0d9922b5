import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "./generated/client";

export { Prisma } from "./generated/client";
export type Client = PrismaClient;
/** What a command gets inside `db.prisma.$transaction(async (tx) => …)`. */
export type Tx = Omit<
  PrismaClient,
  "$connect" | "$disconnect" | "$on" | "$use" | "$transaction" | "$extends"
>;

/** Prisma over a pool of its own, since the raw pool parses types its own way. */
export function createClient(databaseUrl: string, max = 10): PrismaClient {
  const config: pg.PoolConfig = {
    connectionString: databaseUrl,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: "keygauge-prisma",
  };
  return new PrismaClient({
    adapter: new PrismaPg(config, { onPoolError: () => {}, onConnectionError: () => {} }),
  });
}
