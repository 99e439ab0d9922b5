import type pg from "pg";
import type { Tx } from "@/lib/db/client";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { firstMomentSql } from "@/lib/domain/usage/moment";

/** Where usage stands, its column of time, and how much time one statement deletes. */
const TABLES = [
  { table: "usage_event", column: "moment", span: HOUR },
  { table: "usage_10s", column: "bucket", span: 6 * HOUR },
  { table: "usage_minute", column: "bucket", span: DAY },
  { table: "usage_hour", column: "bucket", span: 30 * DAY },
  { table: "usage_breakdown", column: "bucket", span: 30 * DAY },
  { table: "usage_seal", column: "bucket", span: 30 * DAY },
] as const;

/** What else stands about a key; the key itself last. */
const ROWS = [
  { table: "key_limit", column: "key_id" },
  { table: "key_status", column: "key_id" },
  { table: "annotation", column: "key_id" },
  { table: "api_key", column: "id" },
] as const;

/**
 * Deletes keys with everything stored of them, as `purgeUsage` does. The keys go last: when it breaks off, it is to be
 * called again. Events that arrive meanwhile are its caller's to keep away. Returns how many events were deleted.
 */
export async function purgeKeys(pool: pg.Pool, ids: readonly number[], signal: AbortSignal): Promise<number> {
  const events = await purgeUsage(pool, ids, signal);
  for (const { table, column } of ROWS) {
    await pool.query(`DELETE FROM ${table} WHERE ${column} = ANY($1)`, [ids]);
  }
  return events;
}

/**
 * Deletes what is left of keys in the caller's transaction: all of it, or nothing. Holding their status it holds back the
 * ingest statements of these keys, so there should be little left. Returns how many events were deleted.
 */
export async function purgeRest(tx: Tx, ids: readonly number[]): Promise<number> {
  // Ingest registers keys first, and Postgres runs the writes of its statement from the last to the first: limits, status,
  // tiers, events. In the same order nobody waits in a circle.
  for (const [table, column] of [
    ["api_key", "id"],
    ["key_limit", "key_id"],
    ["key_status", "key_id"],
  ]) {
    await tx.$executeRawUnsafe(`SELECT FROM ${table} WHERE ${column} = ANY($1) FOR UPDATE`, ids);
  }
  let events = 0;
  for (const { table } of TABLES) {
    const deleted = await tx.$executeRawUnsafe(`DELETE FROM ${table} WHERE key_id = ANY($1)`, ids);
    if (table === "usage_event") events += deleted;
  }
  for (const { table, column } of ROWS) {
    await tx.$executeRawUnsafe(`DELETE FROM ${table} WHERE ${column} = ANY($1)`, ids);
  }
  return events;
}

/**
 * Deletes the stored usage of keys, in short statements by time, so that ingest never waits behind it. Returns how many
 * events were deleted.
 */
export async function purgeUsage(
  pool: pg.Pool,
  ids: readonly number[],
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  let events = 0;
  for (const { table, column, span } of TABLES) {
    const isMoment = column === "moment";
    const at = (ms: string) => (isMoment ? firstMomentSql(ms) : `to_timestamp(${ms}::int8 / 1000.0)`);
    const least = isMoment ? "event_at(min(moment))" : "min(bucket)";
    for (let from = 0; ; from += span) {
      signal.throwIfAborted();
      const { rows } = await pool.query<{ first: number | null }>(
        `SELECT (extract(epoch FROM ${least}) * 1000)::int8 AS first FROM ${table}
          WHERE key_id = ANY($1) AND ${column} >= ${at("$2")}`,
        [ids, from],
      );
      const first = rows[0]?.first ?? null;
      if (first === null) break;
      from = first;
      const { rowCount } = await pool.query(
        `DELETE FROM ${table} WHERE key_id = ANY($1) AND ${column} >= ${at("$2")} AND ${column} < ${at("$3")}`,
        [ids, from, from + span],
      );
      if (table === "usage_event") events += rowCount ?? 0;
    }
  }
  return events;
}
