import { AMOUNT_COLUMNS, FAILURE_COLUMNS, type OutcomeRow } from "@/lib/db/usage-columns";

/** Columns of usage_event with their types, in the order of `columnsOf`. */
const EVENT_COLUMNS: [name: string, type: string][] = [
  ["key_id", "int8"],
  ["occurred_at", "int8"],
  ["event_id", "int8"],
  ["cost_micros", "int8"],
  ["request_bytes", "int8"],
  ["response_bytes", "int8"],
  ["source_id", "int4"],
  ["consumer_id", "int4"],
  ["model_id", "int4"],
  ["operation_id", "int4"],
  ["method_id", "int4"],
  ["route_id", "int4"],
  ["region_id", "int4"],
  ["agent_id", "int4"],
  ["error_type_id", "int4"],
  ["reason_id", "int4"],
  ["latency_ms", "float4"],
  ["ttft_ms", "float4"],
  ["retry_after_s", "float4"],
  ["input_tokens", "int4"],
  ["output_tokens", "int4"],
  ["cached_tokens", "int4"],
  ["status", "int2"],
  ["attempt", "int2"],
  ["outcome", "int2"],
  ["stream", "bool"],
  ["cache_hit", "bool"],
  ["client_ip", "inet"],
  ["tags", "jsonb"],
  ["ratelimit", "jsonb"],
];
const EXTRA_COLUMNS: [name: string, type: string][] = [
  ["receipt", "bool"],
  ["quota_reset_at", "int8"],
];

const SUMS = [...AMOUNT_COLUMNS, "requests", ...FAILURE_COLUMNS, "latency"];
const ROLLUP = ["key_id", "bucket", "source_id", "consumer_id", ...SUMS].join(", ");

const outcomeCount = (code: number, name: string) =>
  `count(*) FILTER (WHERE outcome = ${code})::int4 AS ${name}`;

/**
 * Within one flush every sum of whole numbers stays below 2^53 (check.ts bounds each value), where float8 is exact; sum()
 * over int8 would go through numeric, which took a quarter of the statement's time.
 */
const exactSum = (name: string) => `coalesce(sum(${name}::float8), 0)::int8`;
const COUNTERS = new Set<string>(["requests", ...FAILURE_COLUMNS]);
const sumOf = (name: string) => (name === "latency" || COUNTERS.has(name) ? `sum(${name})` : exactSum(name));

/** Adds what the statement just stored to one tier; coarser tiers add up the 10 s groups, not the events. */
function tier(table: string, bucket: string, condition: string): string {
  const sums = SUMS.map(sumOf).join(", ");
  const grouped =
    table === "usage_10s"
      ? `SELECT ${ROLLUP} FROM grouped WHERE ${condition}`
      : `SELECT key_id, ${bucket}, source_id, consumer_id, ${sums} FROM grouped WHERE ${condition} GROUP BY 1, 2, 3, 4`;
  return `INSERT INTO ${table} AS old (${ROLLUP}) ${grouped} ORDER BY 1, 2, 3, 4
    ON CONFLICT (key_id, bucket, source_id, consumer_id) DO UPDATE SET ${SUMS.map((name) => `${name} = old.${name} + EXCLUDED.${name}`).join(", ")}`;
}

const names = (columns: [string, string][]) => columns.map(([name]) => name).join(", ");
const all = [...EVENT_COLUMNS, ...EXTRA_COLUMNS];
const parameter = (offset: number) => `$${all.length + offset}`;

/**
 * Events, all three tiers and the keys' status in ONE statement, so they can never disagree. Rows are written in the
 * order of their primary keys, so two servers cannot deadlock.
 *
 * Parameters: the columns of `columnsOf`, then the number of events and the oldest instants that the 10 s and the
 * minute tier still take (epoch ms).
 *
 * Returns the 10 s groups of what was stored; every row repeats `stored` (their number) and `missing` (the ordinals,
 * from 1, of events that were there before), and one row with a null key_id comes when nothing was stored.
 */
export const STORE_SQL = `
WITH input AS (
  SELECT ${all.map(([name]) => (name === "occurred_at" ? "to_timestamp(occurred_at / 1000.0)::timestamptz(3) AS occurred_at" : name)).join(", ")}, ordinal
    FROM unnest(${all.map(([, type], i) => `$${i + 1}::${type}[]`).join(", ")}) WITH ORDINALITY AS t(${names(all)}, ordinal)
), receipts AS (
  INSERT INTO event_receipt AS old (source_id, event_id, received_at)
  SELECT source_id, event_id, occurred_at FROM input WHERE receipt ORDER BY source_id, event_id
  ON CONFLICT (source_id, event_id) DO UPDATE SET received_at = EXCLUDED.received_at
    WHERE old.received_at < EXCLUDED.received_at - interval '24 hours'
  RETURNING source_id, event_id
), stored AS (
  INSERT INTO usage_event (${names(EVENT_COLUMNS)})
  SELECT ${names(EVENT_COLUMNS)} FROM input i
   WHERE NOT receipt OR EXISTS (SELECT FROM receipts r WHERE r.source_id = i.source_id AND r.event_id = i.event_id)
   ORDER BY key_id, occurred_at, event_id
  ON CONFLICT DO NOTHING
  RETURNING key_id, occurred_at, event_id, source_id, consumer_id, outcome, latency_ms, retry_after_s, input_tokens,
            output_tokens, cached_tokens, cost_micros, request_bytes, response_bytes
), grouped AS (
  SELECT key_id, date_bin('10 s', occurred_at, 'epoch') AS bucket, source_id, consumer_id,
         coalesce(sum(input_tokens), 0)::int8 AS input_tokens, coalesce(sum(output_tokens), 0)::int8 AS output_tokens,
         coalesce(sum(cached_tokens), 0)::int8 AS cached_tokens, ${exactSum("cost_micros")} AS cost_micros,
         ${exactSum("request_bytes")} AS request_bytes, ${exactSum("response_bytes")} AS response_bytes,
         count(*)::int4 AS requests,
         ${FAILURE_COLUMNS.map((name, i) => outcomeCount(i + 1, name)).join(", ")},
         sum(latency_unit(latency_ms)) AS latency
    FROM stored GROUP BY 1, 2, 3, 4
), tier_10s AS (
  ${tier("usage_10s", "bucket", `bucket >= to_timestamp(${parameter(2)}::int8 / 1000.0)`)}
), tier_minute AS (
  ${tier("usage_minute", "date_trunc('minute', bucket)", `bucket >= to_timestamp(${parameter(3)}::int8 / 1000.0)`)}
), tier_hour AS (
  ${tier("usage_hour", "date_trunc('hour', bucket)", "true")}
), quota AS (
  SELECT key_id, occurred_at, event_id, quota_reset_at FROM input WHERE outcome = 2
), marks AS (
  SELECT s.key_id, max((extract(epoch FROM s.occurred_at) * 1000)::int8 * 8 + s.outcome) AS latest_mark,
         max(s.occurred_at) FILTER (WHERE s.outcome = 0) AS last_success_at,
         max(((extract(epoch FROM s.occurred_at) * 1000)::int8 << 22) + least(ceil(coalesce(s.retry_after_s, 0)), 4194303)::int8)
           FILTER (WHERE s.outcome = 1) AS rate_limited_mark,
         max(((extract(epoch FROM s.occurred_at) * 1000)::int8 << 22)
             + CASE WHEN q.quota_reset_at IS NULL THEN 0
                    ELSE least(greatest(ceil((q.quota_reset_at - extract(epoch FROM s.occurred_at) * 1000) / 60000.0), 1), 4194303) END::int8)
           FILTER (WHERE s.outcome = 2) AS quota_mark
    FROM stored s LEFT JOIN quota q ON s.outcome = 2 AND q.key_id = s.key_id AND q.occurred_at = s.occurred_at AND q.event_id = s.event_id
   GROUP BY s.key_id
), key_marks AS (
  INSERT INTO key_status AS old (key_id, latest_mark, last_success_at, rate_limited_mark, quota_mark)
  SELECT key_id, latest_mark, last_success_at, coalesce(rate_limited_mark, 0), coalesce(quota_mark, 0) FROM marks ORDER BY key_id
  ON CONFLICT (key_id) DO UPDATE SET
    latest_mark = greatest(old.latest_mark, EXCLUDED.latest_mark),
    last_success_at = greatest(old.last_success_at, EXCLUDED.last_success_at),
    rate_limited_mark = greatest(old.rate_limited_mark, EXCLUDED.rate_limited_mark),
    quota_mark = greatest(old.quota_mark, EXCLUDED.quota_mark)
), total AS (
  SELECT count(*)::int4 AS stored FROM stored
)
SELECT total.stored,
       CASE WHEN total.stored < ${parameter(1)}::int4 THEN
         ARRAY(SELECT i.ordinal::int4 FROM input i
                WHERE NOT EXISTS (SELECT FROM stored s WHERE s.key_id = i.key_id AND s.occurred_at = i.occurred_at AND s.event_id = i.event_id))
       END AS missing,
       g.key_id, g.bucket, g.requests, g.rate_limited, g.quota_exhausted, g.overloaded, g.unauthorized, g.client_error,
       g.server_error, g.timeout, g.input_tokens, g.output_tokens, g.cost_micros
  FROM total LEFT JOIN grouped g ON true`;

export interface StoreRow extends OutcomeRow {
  stored: number;
  missing: number[] | null;
  key_id: number | null;
  bucket: number;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
}
