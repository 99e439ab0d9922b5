import type pg from "pg";
import { DAY } from "@/lib/domain/usage/duration";
import { firstMoment } from "@/lib/domain/usage/moment";
import { TIER_KEPT_MS } from "@/lib/domain/usage/window";
import { ADD_TO_TIER, minutesOf, TIER_ROW } from "./tier-rows";

interface PartitionedTable {
  table: string;
  /** How an instant is written as a bound; a timestamp by default. */
  bound?: (ms: number) => string;
  by: "day" | "month";
  /** Days kept. */
  keep: number;
  fillfactor: number;
}

const tables = (retentionEventsDays: number): PartitionedTable[] => [
  { table: "usage_event", bound: firstMoment, by: "day", keep: retentionEventsDays, fillfactor: 100 },
  { table: "usage_10s", by: "day", keep: TIER_KEPT_MS["10s"] / DAY, fillfactor: 85 },
  { table: "usage_minute", by: "day", keep: TIER_KEPT_MS.minute / DAY, fillfactor: 80 },
  { table: "usage_hour", by: "month", keep: TIER_KEPT_MS.hour / DAY, fillfactor: 80 },
  { table: "usage_breakdown", by: "month", keep: TIER_KEPT_MS.hour / DAY, fillfactor: 100 },
  { table: "usage_seal", by: "month", keep: TIER_KEPT_MS.hour / DAY, fillfactor: 100 },
];

const DAYS_AHEAD = 4;
/** How long dropping waits for readers; nobody waits behind it. */
const READER_WAIT_MS = 2_000;
const LOCK_NOT_AVAILABLE = "55P03";

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const timestamp = (ms: number) => `'${iso(ms)}T00:00:00Z'`;

function start(by: "day" | "month", at: number): number {
  const date = new Date(at);
  return by === "day"
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
    : Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function next(by: "day" | "month", at: number): number {
  const date = new Date(at);
  return by === "day" ? at + DAY : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

interface Partition {
  name: string;
  table: string;
  /** Bounds as SQL. */
  from: string;
  to: string;
  fillfactor: number;
}

/** Every partition that should exist at `now`: over the retention and some days ahead. */
export function wantedPartitions(now: number, retentionEventsDays: number): Partition[] {
  const wanted: Partition[] = [];
  for (const { table, bound = timestamp, by, keep, fillfactor } of tables(retentionEventsDays)) {
    for (let from = start(by, now - keep * DAY); from <= now + DAYS_AHEAD * DAY; from = next(by, from)) {
      const suffix = by === "day" ? iso(from).replaceAll("-", "") : iso(from).slice(0, 7).replace("-", "");
      wanted.push({
        name: `${table}_p${suffix}`,
        table,
        from: bound(from),
        to: bound(next(by, from)),
        fillfactor,
      });
    }
  }
  return wanted;
}

/** The oldest instant whose events are kept: before it, their partitions may be gone. */
export const eventsKeptFrom = (now: number, retentionEventsDays: number): number =>
  start("day", now - retentionEventsDays * DAY);

/**
 * Makes the partitions that are missing and drops those that retention has passed, without ever holding or awaiting a
 * lock that ingest or a reader would have to wait behind: a partition is made apart and attached, detached
 * concurrently and then dropped. One that is still being read is left for the next run. Concurrent calls are serialised
 * by an advisory lock.
 */
export async function maintainPartitions(
  pool: pg.Pool,
  now: number,
  retentionEventsDays: number,
): Promise<{ created: string[]; dropped: string[] }> {
  const wanted = wantedPartitions(now, retentionEventsDays);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("SELECT pg_advisory_lock(7420001)");
    const existing = await existingPartitions(client);
    const attached = new Set(existing.filter(({ parent }) => parent !== null).map(({ name }) => name));
    const missing = wanted.filter(({ name }) => !attached.has(name));
    if (missing.length > 0) await client.query(missing.map(creation).join(";"));
    const dropped: string[] = [];
    await client.query(`SET lock_timeout = '${READER_WAIT_MS}ms'`);
    for (const partition of existing.filter(({ name }) => isPast(name, wanted))) {
      const rolled = isRolled(partition.name, wanted);
      if (rolled) await rollUp(client, partition.name);
      if (!(await detachUnread(client, partition))) break;
      // What a server with another clock wrote meanwhile.
      if (rolled) await rollUp(client, partition.name);
      if (!(await dropUnread(client, partition.name))) break;
      dropped.push(partition.name);
    }
    await client.query("RESET lock_timeout; SELECT pg_advisory_unlock(7420001)");
    return { created: missing.map(({ name }) => name), dropped };
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A failed session still holds the lock: closing it lets go.
    client.release(broken);
  }
}

interface ExistingPartition {
  name: string;
  /** Null once detached: dropping it was interrupted. */
  parent: string | null;
  /** Detaching was interrupted. */
  pending: boolean | null;
}

/** Oldest first within a table. */
async function existingPartitions(client: pg.ClientBase): Promise<ExistingPartition[]> {
  const { rows } = await client.query<ExistingPartition>(
    `SELECT c.relname AS name, i.inhparent::regclass::text AS parent, i.inhdetachpending AS pending
       FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
        AND regexp_replace(c.relname, '_p[0-9]+$', '') = ANY($1) AND c.relname ~ '_p[0-9]+$'
      ORDER BY c.relname`,
    [tables(0).map(({ table }) => table)],
  );
  return rows;
}

/** CREATE TABLE … PARTITION OF would lock the whole table against everybody; ATTACH does not. */
function creation({ name, table, from, to, fillfactor }: Partition): string {
  return `CREATE TABLE "${name}" (LIKE "${table}" INCLUDING ALL) WITH (fillfactor = ${fillfactor});
    ALTER TABLE "${table}" ATTACH PARTITION "${name}" FOR VALUES FROM (${from}) TO (${to})`;
}

/** A slice of a partition that one statement turns into minutes. */
const SLICE = "10 minutes";

/** Whether a partition is one of the finest tier whose minutes are still kept. */
function isRolled(name: string, wanted: Partition[]): boolean {
  const [, day] = /^usage_10s_p(\d+)$/.exec(name) ?? [];
  return day !== undefined && wanted.some((partition) => partition.name === `usage_minute_p${day}`);
}

/** Moves the rows of 10 s to the minutes, slice by slice: in any snapshot each of them counts in one of the two. */
async function rollUp(client: pg.ClientBase, name: string): Promise<void> {
  await client.query("SET statement_timeout = '10min'");
  for (let moved: number | null = 1; moved !== 0; ) {
    ({ rowCount: moved } = await client.query(
      `WITH moved AS (
         DELETE FROM "${name}" WHERE bucket < (SELECT date_bin('${SLICE}', min(bucket), 'epoch') FROM "${name}") + interval '${SLICE}'
         RETURNING *)
       INSERT INTO usage_minute AS old (${TIER_ROW}) ${minutesOf("moved")} ${ADD_TO_TIER}`,
    ));
  }
  await client.query("RESET statement_timeout");
}

/** False when somebody still reads it: what was begun is finished by the next run, and readers that come see it no more. */
const detachUnread = (
  client: pg.ClientBase,
  { name, parent, pending }: ExistingPartition,
): Promise<boolean> =>
  parent === null
    ? Promise.resolve(true)
    : ifUnread(() =>
        client.query(
          `ALTER TABLE ${parent} DETACH PARTITION "${name}" ${pending ? "FINALIZE" : "CONCURRENTLY"}`,
        ),
      );

const dropUnread = (client: pg.ClientBase, name: string): Promise<boolean> =>
  ifUnread(() => client.query(`DROP TABLE "${name}"`));

async function ifUnread(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** Partition names sort by time within a table; only those before the oldest wanted one are past. */
function isPast(name: string, wanted: Partition[]): boolean {
  const oldest = wanted
    .filter((partition) => name.startsWith(`${partition.table}_p`))
    .map((p) => p.name)
    .sort()[0];
  return oldest !== undefined && name < oldest;
}
