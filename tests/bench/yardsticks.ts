import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { MINUTES } from "@/lib/db/tier-rows";

const CHUNK = 1024 * 1024;
/** Everything that events leave behind. */
const TABLES = [
  ...["usage_event", "usage_10s", "usage_minute", "usage_hour", "usage_breakdown", "usage_seal"],
  ...["event_receipt", "key_status"],
];

/** Removes all events and what was made of them; keys and dictionaries stay. */
export const clear = (databaseUrl: string): Promise<unknown> =>
  connected(databaseUrl, async (client) => {
    await client.query(`TRUNCATE ${TABLES.join(", ")}`);
    await client.query("CHECKPOINT");
  });

/** Throws unless exactly this many events are stored and counted in every tier. */
export async function checkStored(databaseUrl: string, wanted: number): Promise<void> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<Record<string, string>>(
      `SELECT (SELECT count(*) FROM usage_event) AS events, (SELECT sum(requests) FROM usage_10s) AS tier_10s,
              (SELECT sum(requests) FROM ${MINUTES} m) AS tier_minute, (SELECT sum(requests) FROM usage_hour) AS tier_hour`,
    ),
  );
  if (Object.values(rows[0] ?? {}).some((count) => Number(count) !== wanted))
    throw new Error(`Of ${wanted} events accepted there are stored: ${JSON.stringify(rows[0])}`);
}

const SEALED_WITHIN_MS = 300_000;

/** Waits until every hour of every key is broken down. */
export async function allSealed(databaseUrl: string): Promise<void> {
  const deadline = Date.now() + SEALED_WITHIN_MS;
  await connected(databaseUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ n: string }>(
        `SELECT count(*) AS n
           FROM (SELECT key_id, bucket, sum(requests) AS requests FROM usage_hour GROUP BY 1, 2) h
           LEFT JOIN usage_seal s USING (key_id, bucket) WHERE h.requests IS DISTINCT FROM s.requests`,
      );
      if (Number(rows[0]?.n) === 0) return;
      if (Date.now() > deadline) throw new Error(`${rows[0]?.n} hours of keys were not broken down in time`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  });
}

/**
 * Rows a second of one COPY of the stored events, in the order in which they lie on the disk, into an empty table like a
 * partition of usage_event, with its indexes, to the end of its commit.
 */
export async function copyRate(databaseUrl: string): Promise<number> {
  return connected(databaseUrl, async (client) => {
    const rows = await readRows(client);
    const { rows: partitions } = await client.query<{ name: string; n: string }>(
      "SELECT tableoid::regclass::text AS name, count(*) AS n FROM usage_event GROUP BY 1 ORDER BY count(*) DESC",
    );
    const count = partitions.reduce((sum, { n }) => sum + Number(n), 0);
    // Committed before: a table made in the same transaction would skip the write-ahead log.
    await client.query(`CREATE TABLE bench_copy (LIKE ${partitions[0]?.name} INCLUDING ALL)`);
    try {
      await client.query("CHECKPOINT");
      const begun = performance.now();
      await pipeline(Readable.from(rows), client.query(copyFrom("COPY bench_copy FROM STDIN")));
      const seconds = (performance.now() - begun) / 1_000;
      const stored = await client.query<{ n: string }>("SELECT count(*) AS n FROM bench_copy");
      if (Number(stored.rows[0]?.n) !== count)
        throw new Error(`COPY stored ${stored.rows[0]?.n} of ${count} rows`);
      return count / seconds;
    } finally {
      await client.query("DROP TABLE bench_copy");
    }
  });
}

async function readRows(client: pg.Client): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo("COPY (SELECT * FROM usage_event) TO STDOUT")))
    chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  return Array.from({ length: Math.ceil(whole.length / CHUNK) }, (_, i) =>
    whole.subarray(i * CHUNK, (i + 1) * CHUNK),
  );
}

/** Bytes of every table with its indexes, partitions included, by the table they belong to. */
export async function tableSizes(databaseUrl: string): Promise<Map<string, number>> {
  const { rows } = await connected(databaseUrl, (client) =>
    client.query<{ name: string; bytes: string }>(
      `SELECT coalesce(parent.relname, c.relname) AS name, sum(pg_total_relation_size(c.oid)) AS bytes
         FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1`,
    ),
  );
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
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
