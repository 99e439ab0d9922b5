import type pg from "pg";
import { eventsKeptFrom } from "@/lib/db/partitions";
import { OTHER, sumOf } from "@/lib/db/usage-columns";
import { HOUR } from "@/lib/domain/usage/duration";
import { countDistinct, mergeSketches, SKETCH_SIZE, type Sketch } from "@/lib/domain/usage/sketch";
import { addTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import { eventColumns } from "./event-totals";
import { countedEvents, type Dimension, dimensionCode, eventsOf, foldedEvents, groupOf } from "./folded";
import {
  binned,
  filterConditions,
  momentCondition,
  needsKey,
  rangeCondition,
  type TotalsRow,
  totalsOf,
  type UsageFilter,
} from "./totals";

/** Groups told apart over all keys and hours together. */
const MOST_GROUPS = 500;

/** Whose use breakdowns tell: they are not kept by source and consumer, which the tiers are. */
export type KeyFilter = Omit<UsageFilter, "sourceId" | "consumerId">;

/** One value of the dimension alone (its group), told apart by what belongs to the key. */
interface OneValue {
  value: string;
  group: keyof typeof KEY_GROUPS;
}

const KEY_GROUPS = {
  all: "NULL::text",
  key: "t.key_id::text",
  pool_name: "(SELECT name FROM pool WHERE id = k.pool_id)",
  provider: "k.provider",
};
export type KeyLevel = keyof typeof KEY_GROUPS;

/** A range from a whole hour on, in steps of whole hours. */
interface Read extends Range {
  stepMs: number;
  now: number;
  retentionEventsDays: number;
  filter: KeyFilter;
}

/**
 * Use by one dimension and step: from the sealed breakdowns where they say as much as the tier does, from the events
 * elsewhere (hours that have not ended, late events, the hour in which the range ends). One statement, so that no hour
 * is seen twice or not at all while it is being sealed. Groups by id, status or outcome code, or address; null for none.
 */
export async function readBreakdown(
  client: pg.Pool | pg.ClientBase,
  dimension: Dimension,
  read: Read,
  { latency, only }: { latency: boolean; only?: OneValue | undefined },
): Promise<Map<string | null, Map<number, UsageTotals>>> {
  const values: unknown[] = [];
  const names = eventColumns({ latency });
  const range = (column: string) => rangeCondition(column, read, values);
  const columns = names.join(", ");
  const group = only === undefined ? groupOf(dimension) : KEY_GROUPS[only.group];
  const joined = only?.group === "provider" || only?.group === "pool_name";
  const address = dimension === "client_ip" ? "d.value" : "NULL::text";
  const { rows } = await client.query<TotalsRow>(
    `${hoursSql(read, values)}
     SELECT ${group} AS group_id, ${binned("bucket", read.stepMs)} AS bucket,
            ${names.map((name) => `${name === "latency" ? "sum(latency)" : sumOf(name)} AS ${name}`).join(", ")}
       FROM (SELECT h.key_id, h.bucket, b.value_id, ${address} AS address, ${names.map((name) => `b.${name}`).join(", ")}
               FROM hours h JOIN usage_breakdown b ON b.key_id = h.key_id AND b.bucket = h.bucket
                    ${dimension === "client_ip" ? "LEFT JOIN dictionary d ON d.id = b.value_id" : ""}
              WHERE h.sealed AND b.dimension = ${dimensionCode(dimension)} AND ${range("b.bucket")}
             UNION ALL
             SELECT key_id, bucket, value_id, host(kept), ${columns} FROM (${foldedEvents(
               `(${countedEvents(eventsOf("open_hours", momentCondition("e.moment", read, values)), [dimension], { latency })})`,
             )}) f) t
             ${joined ? "JOIN api_key k ON k.id = t.key_id" : ""}
             ${only === undefined ? "" : `WHERE ${groupOf(dimension)} = $${values.push(only.value)}::text`}
      GROUP BY 1, 2`,
    values,
  );
  const series = new Map<string | null, Map<number, UsageTotals>>();
  for (const row of rows) {
    const points = series.get(row.group_id) ?? new Map<number, UsageTotals>();
    points.set(row.bucket, totalsOf(row));
    series.set(row.group_id, points);
  }
  return largest(series);
}

type Series = Map<string | null, Map<number, UsageTotals>>;

/** The groups with the most requests, the rest added up as OTHER. */
export function largest(series: Series): Series {
  if (series.size <= MOST_GROUPS) return series;
  const other = String(OTHER);
  const requests = (points: Map<number, UsageTotals>) =>
    [...points.values()].reduce((sum, totals) => sum + totals.requests, 0);
  const bySize = [...series]
    .filter(([group]) => group !== null && group !== other)
    .map(([group, points]) => ({ group, points, requests: requests(points) }))
    .sort((a, b) => b.requests - a.requests || (String(a.group) < String(b.group) ? -1 : 1));
  const rest = series.get(other) ?? new Map<number, UsageTotals>();
  const kept: Series = new Map(bySize.slice(0, MOST_GROUPS).map(({ group, points }) => [group, points]));
  for (const { points } of bySize.slice(MOST_GROUPS)) {
    for (const [at, totals] of points) {
      const sum = rest.get(at);
      rest.set(at, sum === undefined ? totals : addTotals(sum, totals));
    }
  }
  const none = series.get(null);
  if (none !== undefined) kept.set(null, none);
  if (rest.size > 0) kept.set(other, rest);
  return kept;
}

/** Distinct client addresses by step: exact below the size of a sketch. Steps without an address are left out. */
export async function readDistinctAddresses(
  client: pg.Pool | pg.ClientBase,
  read: Read,
): Promise<Map<number, number>> {
  const values: unknown[] = [];
  const range = (column: string) => rangeCondition(column, read, values);
  // The least hashes of each part are collected by the database, so that little has to travel.
  const least = (part: string) =>
    `SELECT bucket, array_agg(hash::float8 ORDER BY hash) AS hashes FROM (
       SELECT bucket, hash, row_number() OVER (PARTITION BY bucket ORDER BY hash) AS place FROM (${part}) p) n
      WHERE place <= ${SKETCH_SIZE} GROUP BY bucket`;
  const sealed = `SELECT DISTINCT ${binned("h.bucket", read.stepMs)} AS bucket, unnest(s.addresses) AS hash
       FROM hours h JOIN usage_seal s ON s.key_id = h.key_id AND s.bucket = h.bucket
      WHERE h.sealed AND ${range("s.bucket")}`;
  const open = `SELECT DISTINCT ${binned("bucket", read.stepMs)} AS bucket, address_hash(client_ip) AS hash
       FROM (${eventsOf("open_hours", momentCondition("e.moment", read, values))}) e WHERE client_ip IS NOT NULL`;
  const { rows } = await client.query<{ bucket: number; hashes: number[] }>(
    `${hoursSql(read, values)} ${least(sealed)} UNION ALL ${least(open)}`,
    values,
  );
  const sketches = new Map<number, Sketch>();
  for (const { bucket, hashes } of rows) {
    sketches.set(bucket, mergeSketches(sketches.get(bucket) ?? [], hashes));
  }
  return new Map([...sketches].map(([bucket, sketch]) => [bucket, countDistinct(sketch)]));
}

/**
 * The key-hours of the range that have use: `hours` with whether their seal is to be believed, and `open_hours`, those
 * without. It is when it counted what the tier counts; it has to be when the events are no longer kept.
 */
function hoursSql(read: Read, values: unknown[]): string {
  const at = (ms: number) => `to_timestamp($${values.push(ms)}::int8 / 1000.0)`;
  const conditions = [
    rangeCondition("u.bucket", read, values),
    ...filterConditions(read.filter, "u", values),
  ];
  return `WITH hours AS MATERIALIZED (
    SELECT t.key_id, t.bucket, t.bucket < ${at(eventsKeptFrom(read.now, read.retentionEventsDays))}
           OR (t.bucket <= ${at(read.to - HOUR)} AND s.requests IS NOT DISTINCT FROM t.requests) AS sealed
      FROM (SELECT u.key_id, u.bucket, sum(u.requests)::int8 AS requests
              FROM usage_hour u ${needsKey(read.filter) ? "JOIN api_key k ON k.id = u.key_id" : ""}
             WHERE ${conditions.join(" AND ")} GROUP BY 1, 2) t
      LEFT JOIN usage_seal s ON s.key_id = t.key_id AND s.bucket = t.bucket AND ${rangeCondition("s.bucket", read, values)}
  ), open_hours AS (SELECT key_id, bucket FROM hours WHERE NOT sealed)`;
}
