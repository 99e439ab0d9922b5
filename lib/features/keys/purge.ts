import type pg from "pg";
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

/**
 * Deletes keys with everything stored of them, in short statements by time, so that ingest never waits behind it. The
 * keys go last: when it breaks off, it is to be called again. Events that arrive meanwhile are its caller's to keep away.
 * Returns how many events were deleted.
 */
export async function purgeKeys(
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
  for (const [table, column] of [
    ["key_status", "key_id"],
    ["key_limit", "key_id"],
    ["api_key", "id"],
  ]) {
    await pool.query(`DELETE FROM ${table} WHERE ${column} = ANY($1)`, [ids]);
  }
  return events;
}
