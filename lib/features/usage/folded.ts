import { NONE, OTHER } from "@/lib/db/usage-columns";
import { eventSums } from "./event-totals";

/** What hours are broken down by besides their tier's own source and consumer. `column` is one of usage_event. */
const DIMENSIONS = {
  model: { code: 1, column: "model_id" },
  route: { code: 2, column: "route_id" },
  status: { code: 3, column: "status" },
  outcome: { code: 4, column: "outcome" },
  client_ip: { code: 5, column: "client_ip" },
} as const;
export type Dimension = keyof typeof DIMENSIONS;
export const ALL_DIMENSIONS = Object.keys(DIMENSIONS) as Dimension[];

export const dimensionCode = (dimension: Dimension): number => DIMENSIONS[dimension].code;

/** Values of one dimension that a key's hour keeps, those with the most requests; the rest is added up as OTHER. */
const MOST_VALUES = 50;

/** Statuses and outcome codes stand this much higher, above NONE and OTHER; dictionary ids begin at 100. */
const CODE_OFFSET = 10;

const valueSql = (dimension: Dimension): string => {
  const column = `e.${DIMENSIONS[dimension].column}`;
  if (dimension === "client_ip") return "NULL";
  return dimension === "status" || dimension === "outcome" ? `${column} + ${CODE_OFFSET}` : column;
};

/** The group of a row with `value_id` and `address` (text): an id, status, outcome code or address; null for none. */
export function groupOf(dimension: Dimension): string {
  if (dimension === "client_ip")
    return `CASE value_id WHEN ${NONE} THEN NULL WHEN ${OTHER} THEN '${OTHER}' ELSE address END`;
  if (dimension === "status" || dimension === "outcome")
    return `(CASE WHEN value_id < ${CODE_OFFSET} THEN nullif(value_id, ${NONE}) ELSE value_id - ${CODE_OFFSET} END)::text`;
  return `nullif(value_id, ${NONE})::text`;
}

/**
 * The events of the key-hours `h` in the relation `hours`, each with its `bucket`. `bounds` narrows `e.moment` for
 * all of them. OFFSET 0 keeps the planner to one index look-up an hour, whatever it thinks of their number.
 */
export const eventsOf = (hours: string, bounds: string): string =>
  `SELECT h.bucket, e.* FROM ${hours} h CROSS JOIN LATERAL (
     SELECT * FROM usage_event e WHERE e.key_id = h.key_id AND e.moment >= moment_at(h.bucket)
        AND e.moment < moment_at(h.bucket + interval '1 hour') AND ${bounds} OFFSET 0) e`;

/**
 * What `events` (a query as `eventsOf` makes it) add up to by key, hour, dimension and value. Rows have key_id, bucket,
 * dimension, value, address (inet), `is_value` (neither none nor other) and the sums of `eventSums`.
 */
export const countedEvents = (
  events: string,
  dimensions: readonly Dimension[],
  sums: Parameters<typeof eventSums>[0],
): string => {
  const columns = dimensions.map((one) => ({ ...DIMENSIONS[one], name: one }));
  const pick = (what: (one: (typeof columns)[number]) => string | number) =>
    `CASE ${columns.map((one) => `WHEN grouping(e.${one.column}) = 0 THEN ${what(one)}`).join(" ")} END`;
  const address = dimensions.includes("client_ip") ? "e.client_ip" : "NULL::inet";
  return `SELECT *, coalesce(value <> ${OTHER}, address IS NOT NULL) AS is_value FROM (
     SELECT e.key_id, e.bucket, ${pick((one) => one.code)} AS dimension, (${pick((one) => valueSql(one.name))})::int4 AS value,
            ${address} AS address, ${eventSums(sums)}
       FROM (${events}) e
      GROUP BY e.key_id, e.bucket, GROUPING SETS (${columns.map((one) => `(e.${one.column})`).join(", ")})) c`;
};

/**
 * `counted` (a relation as `countedEvents` makes it) with `value_id`: NONE, OTHER for what stands past the bound too,
 * the value, or null for an address that stays, which is `kept`.
 */
export const foldedEvents = (counted: string): string =>
  `SELECT *, CASE WHEN NOT is_value THEN coalesce(value, ${NONE}) WHEN place <= ${MOST_VALUES} THEN value ELSE ${OTHER} END AS value_id,
          CASE WHEN place <= ${MOST_VALUES} THEN address END AS kept
     FROM (SELECT *, row_number() OVER (PARTITION BY key_id, bucket, dimension, is_value
                                            ORDER BY requests DESC, value, address) AS place FROM ${counted} c) p`;
