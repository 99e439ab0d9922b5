import type pg from "pg";
import { DAY } from "@/lib/domain/usage/duration";
import { TIER_KEPT_MS } from "@/lib/domain/usage/window";

interface PartitionedTable {
  table: string;
  by: "day" | "month";
  /** Days kept. */
  keep: number;
  fillfactor: number;
}

const tables = (retentionEventsDays: number): PartitionedTable[] => [
  { table: "usage_event", by: "day", keep: retentionEventsDays, fillfactor: 100 },
  { table: "usage_10s", by: "day", keep: TIER_KEPT_MS["10s"] / DAY, fillfactor: 70 },
  { table: "usage_minute", by: "day", keep: TIER_KEPT_MS.minute / DAY, fillfactor: 80 },
  { table: "usage_hour", by: "month", keep: TIER_KEPT_MS.hour / DAY, fillfactor: 80 },
];

const DAYS_AHEAD = 4;

const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

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
  from: number;
  to: number;
  fillfactor: number;
}

/** Every partition that should exist at `now`: over the retention and some days ahead. */
export function wantedPartitions(now: number, retentionEventsDays: number): Partition[] {
  const wanted: Partition[] = [];
  for (const { table, by, keep, fillfactor } of tables(retentionEventsDays)) {
    for (let from = start(by, now - keep * DAY); from <= now + DAYS_AHEAD * DAY; from = next(by, from)) {
      const suffix = by === "day" ? iso(from).replaceAll("-", "") : iso(from).slice(0, 7).replace("-", "");
      wanted.push({ name: `${table}_p${suffix}`, table, from, to: next(by, from), fillfactor });
    }
  }
  return wanted;
}

/**
 * Makes the partitions that are missing and drops those that retention has passed. Concurrent calls are serialised by
 * an advisory lock; dropping gives up after a second rather than stall the writers behind its lock.
 */
export async function maintainPartitions(
  pool: pg.Pool,
  now: number,
  retentionEventsDays: number,
): Promise<{ created: string[]; dropped: string[] }> {
  const wanted = wantedPartitions(now, retentionEventsDays);
  const client = await pool.connect();
  let broken: Error | undefined;
  const created: string[] = [];
  const dropped: string[] = [];
  try {
    await client.query("SELECT pg_advisory_lock(7420001)");
    const { rows } = await client.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = ANY(ARRAY['usage_event','usage_10s','usage_minute','usage_hour']::regclass[])`,
    );
    const existing = new Set(rows.map((row) => row.name));
    const missing = wanted.filter((partition) => !existing.has(partition.name));
    if (missing.length > 0) {
      await client.query(
        missing
          .map(
            (p) =>
              `CREATE TABLE IF NOT EXISTS "${p.name}" PARTITION OF "${p.table}" FOR VALUES FROM ('${iso(p.from)}T00:00:00Z') TO ('${iso(p.to)}T00:00:00Z') WITH (fillfactor = ${p.fillfactor})`,
          )
          .join(";"),
      );
      created.push(...missing.map((partition) => partition.name));
    }
    const keep = new Set(wanted.map((partition) => partition.name));
    await client.query("SET lock_timeout = '1s'");
    for (const name of existing) {
      if (keep.has(name) || !isPast(name, wanted)) continue;
      try {
        await client.query(`DROP TABLE "${name}"`);
        dropped.push(name);
      } catch (error) {
        // 55P03: the lock was not to be had in time; the next run tries again.
        if (!(error instanceof Error && "code" in error && error.code === "55P03")) throw error;
      }
    }
    await client.query("RESET lock_timeout; SELECT pg_advisory_unlock(7420001)");
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A failed session still holds the lock: closing it lets go.
    client.release(broken);
  }
  return { created, dropped };
}

/** Partition names sort by time within a table; only those before the oldest wanted one are past. */
function isPast(name: string, wanted: Partition[]): boolean {
  const oldest = wanted
    .filter((partition) => name.startsWith(`${partition.table}_p`))
    .map((p) => p.name)
    .sort()[0];
  return oldest !== undefined && name < oldest;
}
