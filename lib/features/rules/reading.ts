import type pg from "pg";
import { FAILURE_COLUMNS, failureCode } from "@/lib/db/usage-columns";
import type { Rule } from "@/lib/domain/alerting/rule";
import { addEncoded } from "@/lib/domain/usage/histogram";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { addTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import { eventColumns, eventSums } from "../usage/event-totals";
import {
  binned,
  EVENT_TIME,
  filterConditions,
  type KeySpan,
  momentCondition,
  rowsWithin,
} from "../usage/totals";
import { type Fleet, instanceOfKey } from "./fleet";

/** From what a rule's value is read: rollup tiers, the events themselves, the keys' latest events, or their limits. */
export type Reading = "tiers" | "events" | "addresses" | "age" | "limits";

export function readingOf(rule: Rule): Reading {
  switch (metric(rule.metric).kind) {
    case "limit":
      return "limits";
    case "age":
      return "age";
    case "distinct":
      return "addresses";
    default:
      return rule.scope.tag === undefined ? "tiers" : "events";
  }
}

export const isPercentile = (rule: Rule): boolean => metric(rule.metric).kind === "percentile";

/** Whether a key's use has to be told apart by source and consumer. */
export const needsCells = ({ scope }: Pick<Rule, "scope">): boolean =>
  scope.source !== undefined || scope.consumer !== undefined || scope.each === "consumer";

/** A part of a key's use: by source and consumer where a rule needs it, else 0. */
export interface Cell {
  keyId: number;
  sourceId: number;
  consumerId: number;
}

/** Reads the group id of `cell` and `key` groups. */
export function parseCell(group: string): Cell {
  const [key, source, consumer] = group.split("/");
  return { keyId: Number(key), sourceId: Number(source ?? 0), consumerId: Number(consumer ?? 0) };
}

/** The instance of a rule that a cell counts for; null for none. */
export function router(rule: Rule, fleet: Fleet): (cell: Cell) => string | null {
  const { scope } = rule;
  const sources = fleet.sourceIds(scope);
  const consumerId = scope.consumer === undefined ? undefined : (fleet.consumerId(scope.consumer) ?? -1);
  return ({ keyId, sourceId, consumerId: consumer }) => {
    if (sources !== undefined && !sources.has(sourceId)) return null;
    if (consumerId !== undefined && consumer !== consumerId) return null;
    const key = fleet.keys.get(keyId);
    if (key === undefined) return null;
    if (scope.each !== "consumer") return instanceOfKey(rule, key);
    const name = fleet.consumer(consumer);
    if (name === null || instanceOfKey({ scope: { ...scope, each: "all" } }, key) === null) return null;
    return `consumer:${name}`;
  };
}

/** Adds up cells to the instances of a rule. */
export function fold(
  rule: Rule,
  fleet: Fleet,
  cells: ReadonlyMap<string | null, UsageTotals>,
): Map<string, UsageTotals> {
  const route = router(rule, fleet);
  const folded = new Map<string, UsageTotals>();
  for (const [group, totals] of cells) {
    if (group === null) continue;
    const instance = route(parseCell(group));
    if (instance === null) continue;
    // One key without cells is one instance: nothing to add up, nothing to copy.
    if (rule.scope.each === "key" && !needsCells(rule)) {
      folded.set(instance, totals);
      continue;
    }
    let sum = folded.get(instance);
    if (sum === undefined) {
      sum = zeroTotals();
      folded.set(instance, sum);
    }
    addTotals(sum, totals);
  }
  return folded;
}

const CELL = "e.key_id || '/' || e.source_id || '/' || e.consumer_id";

/** Conditions of a read from the events: some keys, and a tag as "name=value" or "name". */
export interface EventFilter {
  keyIds?: readonly number[] | undefined;
  tag?: string | undefined;
  /** Spans of keys to read only. */
  within?: readonly KeySpan[] | undefined;
}

/** The events of a range that an `EventFilter` leaves, `usage_event` as `e`; adds its parameters to `values`. */
export function eventConditions(range: Range, { keyIds, tag }: EventFilter, values: unknown[]): string {
  const conditions = [
    momentCondition("e.moment", range, values),
    ...filterConditions({ keyIds }, "e", values),
  ];
  if (tag !== undefined) {
    const [name, value] = splitTag(tag);
    const named = `$${values.push(name)}::text`;
    const given = value === null ? null : `$${values.push(value)}`;
    const has = (tags: string) => (given === null ? `${tags} ? ${named}` : `${tags} ->> ${named} = ${given}`);
    // An event has the id of its set of tags, or the set itself where that is rare or long.
    conditions.push(`(e.tags = ANY(ARRAY(SELECT id::text FROM dictionary
         WHERE kind = ${TAG_SETS} AND CASE WHEN kind = ${TAG_SETS} THEN ${has("value::jsonb")} END))
       OR (e.tags LIKE '{%' AND ${has("e.tags::jsonb")}))`);
  }
  return conditions.join(" AND ");
}

/** The kind of sets of tags in `dictionary`. */
const TAG_SETS = 11;

function splitTag(tag: string): [name: string, value: string | null] {
  const equals = tag.indexOf("=");
  return equals === -1 ? [tag, null] : [tag.slice(0, equals), tag.slice(equals + 1)];
}

/** Totals by cell and bucket, counted from the events; of a long range only what `metric` needs, to be quick. */
export async function readEventCells(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  stepMs: number,
  options: EventFilter & { latency: boolean; cells: boolean; metric?: MetricName },
): Promise<Map<string, Map<number, UsageTotals>>> {
  if (options.within?.length === 0) return new Map();
  const values: unknown[] = [];
  const columns = options.metric === undefined ? undefined : COLUMNS_OF[options.metric];
  const names = eventColumns({ ...options, columns });
  const sums = eventSums({ ...options, columns });
  const from =
    options.within === undefined
      ? "usage_event e"
      : rowsWithin({ table: "usage_event", column: "moment", alias: "e", range }, options.within, values);
  // Grouped by what lies in the rows, turned into what is read afterwards: months are millions of rows.
  const { rows } = await client.query<
    [group: string | number, bucket: number, ...sums: (number | string | null)[]]
  >({
    text: `SELECT t.group_id, extract(epoch FROM t.bucket)::int8 * 1000, ${names.map((name) => `t.${name}`).join(", ")} FROM (
             SELECT ${options.cells ? CELL : "e.key_id"} AS group_id, ${binned(EVENT_TIME, stepMs)} AS bucket, ${sums}
               FROM ${from} WHERE ${eventConditions(range, options, values)} GROUP BY 1, 2) t`,
    values,
    rowMode: "array",
  });
  const series = new Map<string, Map<number, UsageTotals>>();
  for (const [id, bucket, ...sums] of rows) {
    const group = String(id);
    let points = series.get(group);
    if (points === undefined) {
      points = new Map();
      series.set(group, points);
    }
    points.set(bucket, totalsOfColumns(names, sums));
  }
  return series;
}

/** The columns that a metric's value follows from, besides `requests`. */
const COLUMNS_OF: Partial<Record<MetricName, readonly string[]>> = {
  requests: [],
  errors: FAILURE_COLUMNS,
  error_rate: FAILURE_COLUMNS,
  throttled: FAILURE_COLUMNS.slice(0, 2),
  throttle_rate: FAILURE_COLUMNS.slice(0, 2),
  input_tokens: ["input_tokens"],
  output_tokens: ["output_tokens"],
  total_tokens: ["input_tokens", "output_tokens"],
  cost_usd: ["cost_micros"],
  latency_p50: [],
  latency_p95: [],
  latency_p99: [],
};

const SUMS: Record<string, "inputTokens" | "outputTokens" | "costMicros"> = {
  input_tokens: "inputTokens",
  output_tokens: "outputTokens",
  cost_micros: "costMicros",
};

/** Months of history are millions of these rows, so nothing is made on the way. */
function totalsOfColumns(names: readonly string[], sums: readonly (number | string | null)[]): UsageTotals {
  const totals = zeroTotals();
  totals.requests = Number(sums[0]);
  let failed = 0;
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    const sum = SUMS[name];
    if (sum !== undefined) totals[sum] = Number(sums[i]);
    else if (name === "latency") addEncoded(totals.latency, sums[i] as string | null);
    else {
      const count = Number(sums[i]);
      totals.outcomes[failureCode(name)] = count;
      failed += count;
    }
  }
  totals.outcomes[0] = totals.requests - failed;
  return totals;
}

export interface AddressCount {
  cell: Cell;
  /** Epoch ms of the bucket. */
  bucket: number;
  /** Null: events without an address, which count as requests only. */
  address: string | null;
  requests: number;
}

/** Requests by cell, address and bucket, counted from the events. */
export async function readAddresses(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  stepMs: number,
  options: EventFilter & { cells: boolean },
): Promise<AddressCount[]> {
  const values: unknown[] = [];
  const { rows } = await client.query<{
    group_id: string;
    bucket: number;
    address: string | null;
    requests: number;
  }>(
    `SELECT ${options.cells ? CELL : "e.key_id::text"} AS group_id, ${binned(EVENT_TIME, stepMs)} AS bucket,
            host(e.client_ip) AS address, count(*)::int8 AS requests
       FROM usage_event e WHERE ${eventConditions(range, options, values)} GROUP BY 1, 2, 3`,
    values,
  );
  return rows.map(({ group_id, bucket, address, requests }) => ({
    cell: parseCell(group_id),
    bucket,
    address,
    requests,
  }));
}

/** The latest event of each cell in a range, epoch ms. */
export async function readLatest(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  options: EventFilter & { cells: boolean },
): Promise<{ cell: Cell; at: number }[]> {
  const values: unknown[] = [];
  const { rows } = await client.query<{ group_id: string; at: number }>(
    `SELECT ${options.cells ? CELL : "e.key_id::text"} AS group_id, event_at(max(e.moment)) AS at
       FROM usage_event e WHERE ${eventConditions(range, options, values)} GROUP BY 1`,
    values,
  );
  return rows.map(({ group_id, at }) => ({ cell: parseCell(group_id), at }));
}

/** The latest event of each key in a range: one look into the primary key each, however many events there are. */
export async function readLatestOfKeys(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  keyIds: readonly number[],
): Promise<{ cell: Cell; at: number }[]> {
  const values: unknown[] = [keyIds];
  const { rows } = await client.query<{ key_id: number; at: number }>(
    `SELECT k.id AS key_id, event_at(e.moment) AS at FROM unnest($1::int8[]) AS k(id)
      CROSS JOIN LATERAL (SELECT moment FROM usage_event e
                           WHERE e.key_id = k.id AND ${momentCondition("e.moment", range, values)}
                           ORDER BY moment DESC LIMIT 1) e`,
    values,
  );
  return rows.map(({ key_id, at }) => ({ cell: parseCell(String(key_id)), at }));
}
