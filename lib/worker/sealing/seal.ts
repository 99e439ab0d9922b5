import type pg from "pg";
import { transaction } from "@/lib/db/db";
import { EVENT_AMOUNT_COLUMNS, FAILURE_COLUMNS, isSparse, OTHER } from "@/lib/db/usage-columns";
import { HOUR } from "@/lib/domain/usage/duration";
import { firstMomentSql } from "@/lib/domain/usage/moment";
import { SKETCH_SIZE } from "@/lib/domain/usage/sketch";
import type { Range } from "@/lib/domain/usage/window";
import {
  ALL_DIMENSIONS,
  countedEvents,
  dimensionCode,
  eventsOf,
  foldedEvents,
} from "@/lib/features/usage/folded";

export interface KeyHour {
  keyId: number;
  /** Start of the hour, epoch ms. */
  bucket: number;
}

/** `requests` is what the tier counts, so what sealing has to read. */
export interface UnsealedHour extends KeyHour {
  requests: number;
}

/** The kind of client addresses in `dictionary`, which ingest neither reads nor writes. */
const ADDRESS_KIND = 10;
/** Distinct addresses ever; what comes after stands under OTHER. */
const MAX_ADDRESSES = 200_000;

const SUMS = ["requests", ...FAILURE_COLUMNS, ...EVENT_AMOUNT_COLUMNS, "latency"];

const at = (parameter: number) => `to_timestamp($${parameter}::int8 / 1000.0)`;

const WANTED = `wanted AS (
  SELECT key_id, to_timestamp(bucket / 1000.0) AS bucket FROM unnest($1::int8[], $2::int8[]) AS t(key_id, bucket)
)`;
const EVENTS = eventsOf(
  "wanted",
  `e.moment >= ${firstMomentSql("$3")} AND e.moment < ${firstMomentSql("$4")}`,
);

/**
 * Gives the addresses that stay an id, and returns the key-hours to seal: events that are gone never undo a seal, so one
 * that would count fewer than it does is left out.
 */
const LEARN_SQL = `
WITH ${WANTED}, counted AS MATERIALIZED (
  ${countedEvents(EVENTS, ["client_ip"], { latency: false, columns: [] })}
), learned AS (
  INSERT INTO dictionary (kind, value)
  SELECT ${ADDRESS_KIND}, value FROM (SELECT DISTINCT host(kept) AS value FROM (${foldedEvents("counted")}) f WHERE kept IS NOT NULL) a
   WHERE NOT EXISTS (SELECT FROM dictionary d WHERE d.kind = ${ADDRESS_KIND} AND d.value = a.value) ORDER BY value
   LIMIT greatest(0, ${MAX_ADDRESSES} - (SELECT count(*) FROM dictionary WHERE kind = ${ADDRESS_KIND}))
)
SELECT c.key_id AS "keyId", c.bucket FROM counted c GROUP BY 1, 2
HAVING sum(c.requests) >= coalesce((SELECT s.requests FROM usage_seal s
   WHERE s.key_id = c.key_id AND s.bucket = c.bucket AND s.bucket >= ${at(3)} AND s.bucket < ${at(4)}), 0)`;

const CLEAR_SQL = `
WITH ${WANTED}
DELETE FROM usage_breakdown b USING wanted w
 WHERE b.key_id = w.key_id AND b.bucket = w.bucket AND b.bucket >= ${at(3)} AND b.bucket < ${at(4)}`;

/** Counts the events once. An address is looked up by itself: joins of estimates this vague end up quadratic. */
const SEAL_SQL = `
WITH ${WANTED}, counted AS MATERIALIZED (
  ${countedEvents(EVENTS, ALL_DIMENSIONS, { latency: true })}
), named AS (
  SELECT *, CASE WHEN kept IS NULL THEN value_id ELSE
           coalesce((SELECT d.id FROM dictionary d WHERE d.kind = ${ADDRESS_KIND} AND d.value = host(kept)), ${OTHER}) END AS id
    FROM (${foldedEvents("counted")}) f
), breakdown AS (
  INSERT INTO usage_breakdown (key_id, bucket, dimension, value_id, ${SUMS.join(", ")})
  SELECT key_id, bucket, dimension, id, ${SUMS.map((name) => (isSparse(name) ? `nullif(sum(${name}), 0)` : `sum(${name})`)).join(", ")} FROM named GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
), hashes AS (
  SELECT key_id, bucket, array_agg(hash ORDER BY hash) AS least FROM (
    SELECT key_id, bucket, address_hash(address) AS hash,
           row_number() OVER (PARTITION BY key_id, bucket ORDER BY address_hash(address)) AS place
      FROM counted WHERE address IS NOT NULL) h
   WHERE place <= ${SKETCH_SIZE} GROUP BY 1, 2
), totals AS (
  SELECT key_id, bucket, sum(requests)::int8 AS requests FROM counted WHERE dimension = ${dimensionCode("outcome")} GROUP BY 1, 2
)
INSERT INTO usage_seal (key_id, bucket, requests, addresses)
SELECT key_id, bucket, t.requests, coalesce(h.least, '{}') FROM totals t LEFT JOIN hashes h USING (key_id, bucket) ORDER BY 1, 2
ON CONFLICT (key_id, bucket) DO UPDATE SET requests = EXCLUDED.requests, addresses = EXCLUDED.addresses`;

/** Seals key-hours, again where the events have become more. Servers take turns; the result does not depend on whose it is. */
export async function seal(pool: pg.Pool, hours: readonly KeyHour[]): Promise<void> {
  if (hours.length === 0) return;
  const { from, to } = spanOf(hours);
  await transaction(pool, async (client) => {
    // One snapshot for all statements, taken after the lock: it has what the former holder wrote.
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    // One key's hour may have millions of events.
    await client.query("SET LOCAL statement_timeout = '10min'");
    await client.query("LOCK TABLE ONLY usage_seal IN SHARE UPDATE EXCLUSIVE MODE");
    const { rows } = await client.query<KeyHour>(LEARN_SQL, [...columnsOf(hours), from, to]);
    const parameters = [...columnsOf(rows), from, to];
    await client.query(CLEAR_SQL, parameters);
    await client.query(SEAL_SQL, parameters);
  });
}

const UNSEALED = (hours: string) => `
  SELECT t.key_id AS "keyId", t.bucket, t.requests FROM (${hours}) t
    LEFT JOIN usage_seal s ON s.key_id = t.key_id AND s.bucket = t.bucket AND s.bucket >= ${at(1)} AND s.bucket < ${at(2)}
   WHERE s.requests IS DISTINCT FROM t.requests ORDER BY t.bucket, t.key_id`;

/** Those of some key-hours whose seal is missing or behind the tier. */
export async function unsealedOf(pool: pg.Pool, hours: readonly KeyHour[]): Promise<UnsealedHour[]> {
  if (hours.length === 0) return [];
  const { from, to } = spanOf(hours);
  const { rows } = await pool.query<UnsealedHour>(
    UNSEALED(`SELECT u.key_id, u.bucket, sum(u.requests)::int8 AS requests
                FROM (SELECT key_id, to_timestamp(bucket / 1000.0) AS bucket FROM unnest($3::int8[], $4::int8[]) AS t(key_id, bucket)) w
                JOIN usage_hour u ON u.key_id = w.key_id AND u.bucket = w.bucket AND u.bucket >= ${at(1)} AND u.bucket < ${at(2)}
               GROUP BY 1, 2`),
    [from, to, ...columnsOf(hours)],
  );
  return rows;
}

/** The first `limit` key-hours of a range, by hour and key, whose seal is missing or behind the tier; from `after` on. */
export async function unsealedIn(
  pool: pg.Pool,
  { from, to }: Range,
  after: KeyHour,
  limit: number,
): Promise<UnsealedHour[]> {
  const { rows } = await pool.query<UnsealedHour>(
    `${UNSEALED(`SELECT key_id, bucket, sum(requests)::int8 AS requests FROM usage_hour
                  WHERE bucket >= ${at(1)} AND bucket < ${at(2)} AND (bucket, key_id) > (${at(3)}, $4::int8) GROUP BY 1, 2`)} LIMIT ${limit}`,
    [from, to, after.bucket, after.keyId],
  );
  return rows;
}

const columnsOf = (hours: readonly KeyHour[]) => [
  hours.map(({ keyId }) => keyId),
  hours.map(({ bucket }) => bucket),
];

function spanOf(hours: readonly KeyHour[]): Range {
  const buckets = hours.map(({ bucket }) => bucket);
  return { from: Math.min(...buckets), to: Math.max(...buckets) + HOUR };
}
