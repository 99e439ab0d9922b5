import type pg from "pg";
import { MINUTES } from "@/lib/db/tier-rows";
import { AMOUNT_COLUMNS, FAILURE_COLUMNS, outcomesOf, sumOf } from "@/lib/db/usage-columns";
import { addBins, addEncoded } from "@/lib/domain/usage/histogram";
import { firstMomentSql } from "@/lib/domain/usage/moment";
import { addTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import {
  ceilBucket,
  FINEST,
  floorBucket,
  type Range,
  type Segment,
  segments,
  TIER_KEPT_MS,
  TIER_MS,
  type Tier,
} from "@/lib/domain/usage/window";

/** Whose use is read. Absent fields do not restrict; pool and provider are those of the key today. */
export interface UsageFilter {
  keyIds?: readonly number[] | undefined;
  provider?: string | undefined;
  /** Pools of one name may exist at several providers. */
  poolIds?: readonly string[] | undefined;
  sourceId?: number | undefined;
  consumerId?: number | undefined;
}

/** Which single calls are read: what the tiers do not keep. Outcomes by their code. */
export interface EventFilter extends UsageFilter {
  modelId?: number | undefined;
  routeId?: number | undefined;
  status?: number | undefined;
  outcome?: number | undefined;
  clientIp?: string | undefined;
}

/** What use is told apart by (pools by their id or name); null sums everything. A cell is "<key>/<source>/<consumer>" in ids. */
export type UsageGroup = "key" | "pool" | "pool_name" | "provider" | "source" | "consumer" | "cell" | null;

const TABLES: Record<Tier, string> = { "10s": "usage_10s", minute: MINUTES, hour: "usage_hour" };

const GROUPS: Record<NonNullable<UsageGroup>, string> = {
  key: "u.key_id::text",
  pool: "k.pool_id",
  pool_name: "(SELECT name FROM pool WHERE id = k.pool_id)",
  provider: "k.provider",
  source: "u.source_id::text",
  consumer: "u.consumer_id::text",
  cell: "u.key_id || '/' || u.source_id || '/' || u.consumer_id",
};

/** Latencies stand in two columns: see lib/db/tier-rows.ts. */
const LATENCIES: Record<string, string> = {
  latency: "sum(latency)",
  samples: "string_agg(samples, ''::bytea)",
};

const COUNTS = ["requests", ...FAILURE_COLUMNS, ...AMOUNT_COLUMNS] as const;

export interface TotalsRow extends Record<Exclude<(typeof COUNTS)[number], "cached_tokens">, number> {
  /** Of the tiers only. */
  cached_tokens?: number;
  group_id: string | null;
  bucket: number;
  latency: string | null;
  /** Of the tiers only: a bin each. */
  samples?: Uint8Array | null;
}

interface ReadOptions {
  filter?: UsageFilter;
  group?: UsageGroup;
  /** Histograms cost the most to add up: only when a percentile is wanted. */
  latency?: boolean;
  /** Reads these spans of keys only, which lie apart for each key. */
  within?: readonly KeySpan[] | undefined;
}

export interface KeySpan extends Range {
  keyId: number;
}

/**
 * A table's rows in these spans of keys alone, as `alias`; adds its parameters to `values`. Each span is a look into the
 * primary key of its own, whatever the planner believes of their number.
 */
export function rowsWithin(
  {
    table,
    column,
    alias,
    range,
  }: { table: string; column: "bucket" | "moment"; alias: string; range: Range },
  spans: readonly KeySpan[],
  values: unknown[],
): string {
  const list = (pick: (span: KeySpan) => number) => `$${values.push(spans.map(pick))}::int8[]`;
  const arrays = [list(({ keyId }) => keyId), list(({ from }) => from), list(({ to }) => to)];
  const [at, condition] =
    column === "moment"
      ? [firstMomentSql, momentCondition]
      : [(ms: string) => `to_timestamp(${ms} / 1000.0)`, rangeCondition];
  return `unnest(${arrays.join(", ")}) AS span(key_id, lower, upper) CROSS JOIN LATERAL (
    SELECT * FROM ${table} r WHERE r.key_id = span.key_id AND r.${column} >= ${at("span.lower")} AND r.${column} < ${at("span.upper")}
       AND ${condition(`r.${column}`, range, values)} OFFSET 0) ${alias}`;
}

/** What was used in a window, and the start of the oldest bucket with any of it, epoch ms. */
export interface WindowTotals extends UsageTotals {
  oldest: number;
}

/** The totals of a window, by group (`null` is the one group of an ungrouped read; keys, sources and consumers by id). */
export async function readTotals(
  client: pg.Pool | pg.ClientBase,
  range: Range,
  now: number,
  options: ReadOptions = {},
): Promise<Map<string | null, WindowTotals>> {
  const rows = await read(client, segments(range.from, range.to, { now }), null, options);
  const totals = new Map<string | null, WindowTotals>();
  for (const row of rows) totals.set(row.group_id, Object.assign(totalsOf(row), { oldest: row.bucket }));
  return totals;
}

/**
 * The totals of every bucket of `stepMs` that has any, by group, from one tier. Buckets by their start, epoch ms. The
 * tier's bucket in which the range ends counts as a whole; with `now`, up to `to` only, as far as finer tiers are kept.
 */
export async function readSeries(
  client: pg.Pool | pg.ClientBase,
  on: Range & { tier: Tier; stepMs: number; now?: number },
  options: ReadOptions = {},
): Promise<Map<string | null, Map<number, UsageTotals>>> {
  const rows = await read(client, seriesParts(on), on.stepMs, options);
  const series = new Map<string | null, Map<number, UsageTotals>>();
  for (const row of rows) {
    const points = series.get(row.group_id) ?? new Map<number, UsageTotals>();
    const known = points.get(row.bucket);
    points.set(row.bucket, known === undefined ? totalsOf(row) : addTotals(known, totalsOf(row)));
    series.set(row.group_id, points);
  }
  return series;
}

/** A part of what a read adds up. `taken` is taken away, from one that is `whole`. */
type Part = Segment & { is?: "whole" | "taken" };

/**
 * The tier's last bucket is made up of finer ones as far as the range goes, or, where that is less to read, taken whole
 * with what comes after the range taken away.
 */
function seriesParts({ tier, from, to, now }: Range & { tier: Tier; now?: number }): Part[] {
  if (now === undefined || tier === "10s") return [{ tier, from, to }];
  const [last, end] = [floorBucket(to, TIER_MS[tier]), ceilBucket(to, TIER_MS[tier])];
  const rest = { from: ceilBucket(to, FINEST), to: end };
  const before: Part = { tier, from, to: last };
  const isKept = last >= now - TIER_KEPT_MS["10s"];
  return isKept && Math.min(end, now) - to < to - last
    ? [before, { tier, from: last, to: end, is: "whole" }, { tier: "10s", ...rest, is: "taken" }]
    : [before, ...segments(last, rest.from, { now })];
}

/** Latencies as bytes cannot be taken away: where that may be asked for, all of them are a number. */
function columnOf(name: string, { is }: Part): string {
  if (is === undefined) return `u.${name}`;
  if (name === "samples") return "NULL::bytea";
  const value =
    name === "latency" ? "coalesce(u.latency, 0) + coalesce(latency_of(u.samples), 0)" : `u.${name}`;
  return is === "taken" ? `-(${value})` : value;
}

/** The ids of the `count` keys with the most requests in a range of one tier, the busiest first. */
export async function readBusiestKeys(
  client: pg.Pool | pg.ClientBase,
  on: Range & { tier: Tier },
  filter: UsageFilter,
  count: number,
): Promise<number[]> {
  const values: unknown[] = [];
  const conditions = [rangeCondition("u.bucket", on, values), ...filterConditions(filter, "u", values)];
  const { rows } = await client.query<{ key_id: number }>(
    `SELECT u.key_id FROM ${TABLES[on.tier]} u ${needsKey(filter) ? "JOIN api_key k ON k.id = u.key_id" : ""}
      WHERE ${conditions.join(" AND ")} GROUP BY 1 ORDER BY sum(u.requests) DESC, 1 LIMIT $${values.push(count)}`,
    values,
  );
  return rows.map((row) => row.key_id);
}

/** The requests of keys in whole hours, by key. */
export async function readKeyRequests(
  client: pg.Pool | pg.ClientBase,
  range: Range,
): Promise<Map<number, number>> {
  const values: unknown[] = [];
  const { rows } = await client.query<{ key_id: number; requests: number }>(
    `SELECT key_id, sum(requests)::int8 AS requests FROM ${TABLES.hour}
      WHERE ${rangeCondition("bucket", range, values)} GROUP BY 1`,
    values,
  );
  return new Map(rows.map(({ key_id, requests }) => [key_id, requests]));
}

async function read(
  client: pg.Pool | pg.ClientBase,
  parts: readonly Part[],
  stepMs: number | null,
  { filter = {}, group = null, latency = false, within }: ReadOptions,
): Promise<TotalsRow[]> {
  if (parts.length === 0 || within?.length === 0) return [];
  const values: unknown[] = [];
  const conditions = filterConditions(filter, "u", values);
  const joined = needsKey(filter) || group === "pool" || group === "pool_name" || group === "provider";
  const columns = latency ? [...COUNTS, ...Object.keys(LATENCIES)] : COUNTS;
  const rowsOf = ({ tier, ...range }: Segment) =>
    within === undefined
      ? `${TABLES[tier]} u`
      : rowsWithin({ table: TABLES[tier], column: "bucket", alias: "u", range }, within, values);
  const unions = parts.map((part) => {
    const { from, to } = part;
    const bounds = rangeCondition("u.bucket", { from, to }, values);
    const counted = columns.map((name) => columnOf(name, part));
    return `SELECT ${group === null ? "NULL::text" : GROUPS[group]} AS group_id, u.bucket, ${counted.join(", ")}
              FROM ${rowsOf(part)} ${joined ? "JOIN api_key k ON k.id = u.key_id" : ""}
             WHERE ${[bounds, ...conditions].join(" AND ")}`;
  });
  const [bucket, groups] = stepMs === null ? ["min(bucket)", "1"] : [binned("bucket", stepMs), "1, 2"];
  const sums = columns.map((name) =>
    name in LATENCIES ? `${LATENCIES[name]} AS ${name}` : `${sumOf(name)} AS ${name}`,
  );
  const { rows } = await client.query<TotalsRow>(
    `SELECT group_id, ${bucket} AS bucket, ${sums.join(", ")} FROM (${unions.join(" UNION ALL ")}) t GROUP BY ${groups} HAVING sum(requests) > 0`,
    values,
  );
  return rows;
}

export const binned = (column: string, stepMs: number): string =>
  `date_bin('${stepMs / 1000} s', ${column}, 'epoch')`;

/** `column` in [from, to); adds its parameters to `values`. */
export function rangeCondition(column: string, { from, to }: Range, values: unknown[]): string {
  const at = (ms: number) => `to_timestamp($${values.push(ms)}::int8 / 1000.0)`;
  return `${column} >= ${at(from)} AND ${column} < ${at(to)}`;
}

/** The events whose moment `column` is in [from, to); adds its parameters to `values`. */
export function momentCondition(column: string, { from, to }: Range, values: unknown[]): string {
  const at = (ms: number) => firstMomentSql(`$${values.push(ms)}`);
  return `${column} >= ${at(from)} AND ${column} < ${at(to)}`;
}

/** The instant of an event `e`. */
export const EVENT_TIME = "event_at(e.moment)";

/** Whether a filter needs the join `api_key k`. */
export const needsKey = (filter: UsageFilter): boolean =>
  filter.provider !== undefined || filter.poolIds !== undefined;

/** A filter as conditions on the usage table `alias` and `api_key k`; adds its parameters to `values`. */
export function filterConditions(filter: UsageFilter, alias: string, values: unknown[]): string[] {
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (filter.keyIds !== undefined)
    conditions.push(`${alias}.key_id = ANY(${parameter(filter.keyIds)}::int8[])`);
  if (filter.provider !== undefined) conditions.push(`k.provider = ${parameter(filter.provider)}`);
  if (filter.poolIds !== undefined) conditions.push(`k.pool_id = ANY(${parameter(filter.poolIds)}::text[])`);
  if (filter.sourceId !== undefined) conditions.push(`${alias}.source_id = ${parameter(filter.sourceId)}`);
  if (filter.consumerId !== undefined)
    conditions.push(`${alias}.consumer_id = ${parameter(filter.consumerId)}`);
  return conditions;
}

/** The same for `usage_event e`. */
export function eventConditions(filter: EventFilter, values: unknown[]): string[] {
  const { modelId, routeId, status, outcome, clientIp } = filter;
  const wanted = { model_id: modelId, route_id: routeId, status, outcome };
  return [
    ...filterConditions(filter, "e", values),
    ...Object.entries(wanted).flatMap(([column, value]) =>
      value === undefined ? [] : [`e.${column} = $${values.push(value)}::int4`],
    ),
    ...(clientIp === undefined ? [] : [`e.client_ip = $${values.push(clientIp)}::inet`]),
  ];
}

export function totalsOf(row: TotalsRow): UsageTotals {
  const totals = zeroTotals();
  totals.requests = row.requests;
  totals.outcomes = outcomesOf(row);
  totals.inputTokens = row.input_tokens;
  totals.outputTokens = row.output_tokens;
  totals.cachedTokens = row.cached_tokens ?? 0;
  totals.costMicros = row.cost_micros;
  // An event without a latency adds 0 to the histogram, so the histogram alone says how many had one.
  addEncoded(totals.latency, row.latency ?? null);
  if (row.samples) addBins(totals.latency, row.samples);
  return totals;
}
