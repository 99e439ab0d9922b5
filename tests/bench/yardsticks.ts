import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { createClient, type Prisma } from "@/lib/db/client";

const CHUNK = 1024 * 1024;

/** The stored events in COPY's own text format, in the order in which they lie on the disk. */
export async function readRows(databaseUrl: string): Promise<Buffer[]> {
  return connected(databaseUrl, async (client) => {
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo("COPY (SELECT * FROM usage_event) TO STDOUT")))
      chunks.push(chunk as Buffer);
    const whole = Buffer.concat(chunks);
    return Array.from({ length: Math.ceil(whole.length / CHUNK) }, (_, i) =>
      whole.subarray(i * CHUNK, (i + 1) * CHUNK),
    );
  });
}

/** Rows a second of one COPY of these rows into the empty usage_event, to the end of its commit. */
export async function copyRate(databaseUrl: string, rows: readonly Buffer[], count: number): Promise<number> {
  return connected(databaseUrl, async (client) => {
    // In a transaction before: a table truncated in the same one would skip the write-ahead log.
    await client.query("TRUNCATE usage_event");
    await client.query("CHECKPOINT");
    const begun = performance.now();
    await pipeline(Readable.from(rows), client.query(copyFrom("COPY usage_event FROM STDIN")));
    const seconds = (performance.now() - begun) / 1_000;
    const stored = await client.query<{ n: string }>("SELECT count(*) AS n FROM usage_event");
    if (Number(stored.rows[0]?.n) !== count)
      throw new Error(`COPY stored ${stored.rows[0]?.n} of ${count} rows`);
    return count / seconds;
  });
}

const CREATE_MANY_ROWS = 5_000;
const CREATE_MANY_BATCH = 500;

/** Rows a second of Prisma's createMany into the empty usage_event, without HTTP, checks and tiers. */
export async function createManyRate(databaseUrl: string): Promise<number> {
  // Several at once gain nothing: the time goes into building the statements, in this one thread.
  const prisma = createClient(databaseUrl, 1);
  try {
    const found = await prisma.usageEvent.findMany({ take: CREATE_MANY_ROWS });
    const rows = found.map(
      (row) =>
        ({
          ...row,
          tags: row.tags ?? undefined,
          ratelimit: row.ratelimit ?? undefined,
        }) as Prisma.UsageEventCreateManyInput,
    );
    await prisma.$executeRaw`TRUNCATE usage_event`;
    await prisma.$executeRaw`CHECKPOINT`;
    const begun = performance.now();
    for (let i = 0; i < rows.length; i += CREATE_MANY_BATCH) {
      await prisma.usageEvent.createMany({
        data: rows.slice(i, i + CREATE_MANY_BATCH),
        skipDuplicates: true,
      });
    }
    return rows.length / ((performance.now() - begun) / 1_000);
  } finally {
    await prisma.$disconnect();
  }
}

export async function connected<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
