import { AMOUNT_COLUMNS, FAILURE_COLUMNS, isSparse } from "./usage-columns";

/** What a row of a tier adds up. */
export const TIER_SUMS = [...AMOUNT_COLUMNS, "requests", ...FAILURE_COLUMNS, "latency", "samples"];
const KEY = ["key_id", "bucket", "source_id", "consumer_id"];
export const TIER_ROW = [...KEY, ...TIER_SUMS].join(", ");

/**
 * A row with at most this many latencies has a byte for each, its bin. More of them are a number, as
 * lib/domain/usage/histogram.ts says, which takes 6 bytes from each bin to the next.
 */
export const MOST_SAMPLES = 32;

const SAMPLES = "coalesce(old.samples || EXCLUDED.samples, old.samples, EXCLUDED.samples)";
const FULL = `length(${SAMPLES}) > ${MOST_SAMPLES}`;
const plus = (name: string) => `coalesce(old.${name} + EXCLUDED.${name}, old.${name}, EXCLUDED.${name})`;

/** SQL that ends an INSERT of `TIER_ROW` into a tier `AS old`: rows that are there grow by those given. */
export const ADD_TO_TIER = `ON CONFLICT (${KEY.join(", ")}) DO UPDATE SET ${TIER_SUMS.map((name) => {
  if (name === "samples") return `samples = CASE WHEN ${FULL} THEN NULL ELSE ${SAMPLES} END`;
  if (name === "latency")
    return `latency = CASE WHEN ${FULL} THEN coalesce(${plus("latency")}, 0) + latency_of(${SAMPLES}) ELSE ${plus("latency")} END`;
  return isSparse(name) ? `${name} = ${plus(name)}` : `${name} = old.${name} + EXCLUDED.${name}`;
}).join(", ")}`;

/** SQL of rows by the minute out of rows by 10 s. */
export const minutesOf = (rows: string): string =>
  `SELECT key_id, minute, source_id, consumer_id, ${TIER_SUMS.map((name) => {
    if (name === "samples") return `CASE WHEN length(samples) <= ${MOST_SAMPLES} THEN samples END`;
    if (name === "latency")
      return `CASE WHEN length(samples) > ${MOST_SAMPLES} THEN coalesce(latency, 0) + latency_of(samples) ELSE latency END`;
    return name;
  }).join(", ")}
     FROM (SELECT key_id, date_trunc('minute', bucket) AS minute, source_id, consumer_id, ${TIER_SUMS.map(
       (name) =>
         name === "samples" ? "string_agg(samples, ''::bytea) AS samples" : `sum(${name}) AS ${name}`,
     ).join(", ")} FROM ${rows} GROUP BY 1, 2, 3, 4) m ORDER BY 1, 2, 3, 4`;

/**
 * SQL of all minutes: those that the finest tier still keeps stand there alone. A row is in one of the two tables in any
 * snapshot, so their sum is exact at any time.
 */
export const MINUTES = "(SELECT * FROM usage_minute UNION ALL SELECT * FROM usage_10s)";
