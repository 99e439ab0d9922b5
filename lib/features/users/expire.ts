import { runtime } from "@/lib/runtime";

/** Drops sessions that have ended, links a month after, and counters of failed sign-ins from yesterday; for the worker, now and then. */
export async function dropExpiredAccess(now: number): Promise<void> {
  const { pool } = runtime().db;
  await pool.query("DELETE FROM session WHERE expires_at <= to_timestamp($1::float8 / 1000)", [now]);
  await pool.query(
    "DELETE FROM share_link WHERE expires_at <= to_timestamp($1::float8 / 1000) - interval '30 days'",
    [now],
  );
  await pool.query("DELETE FROM rate_limit WHERE last_request <= $1", [now - 86_400_000]);
}
