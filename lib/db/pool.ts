import pg from "pg";
import { parseTimestamptz } from "./timestamptz";

// int8 columns hold ids and counts below 2^53; event_id, the one 64-bit value, is read as `::text`.
const INT8 = 20;
const TIMESTAMPTZ = 1184;
const NUMERIC = 1700;

/** Raw queries return int8 as number, timestamptz as epoch milliseconds, numeric as decimal text. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8) return Number;
    if (oid === TIMESTAMPTZ) return parseTimestamptz;
    if (oid === NUMERIC) return (text: string) => text;
    return pg.types.getTypeParser(oid, format);
  },
};

export interface PoolOptions {
  max?: number;
  applicationName?: string;
}

/** A pool for raw SQL. A connection lost while idle is dropped quietly: the next query opens another. */
export function createPool(databaseUrl: string, options: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: options.applicationName ?? "keygauge",
    // Session settings that every query relies on.
    options: "-c timezone=UTC -c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000",
    types,
  });
  pool.on("error", () => {});
  // A connection that breaks while in use fails its query; its error event must not end the process as well.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
