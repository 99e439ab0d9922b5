import { eventsKeptFrom } from "@/lib/db/partitions";
import { OTHER } from "@/lib/db/usage-columns";
import { HOUR } from "@/lib/domain/usage/duration";
import { isTotalsMetric, metricValue } from "@/lib/domain/usage/metric";
import { outcomeOf } from "@/lib/domain/usage/outcome";
import { type GroupBy, OTHER_NAME, type UsageQuery, usageQuerySchema } from "@/lib/domain/usage/query";
import { fill, type Grid, grid } from "@/lib/domain/usage/steps";
import { type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import { AppError, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { type KeyLevel, largest, readBreakdown, readDistinctAddresses } from "./breakdown";
import { busiestKeys } from "./busiest";
import { type EventGroup, readEventSeries } from "./event-totals";
import { ALL_DIMENSIONS, type Dimension } from "./folded";
import type { UsageSeries } from "./schemas";
import { resolveCalls } from "./scope";
import { type EventFilter, readBusiestKeys, readSeries, type UsageGroup } from "./totals";

/** These are told apart by breakdowns, an hour at a time, or by the events themselves. */
const isDimension = (group: GroupBy): group is Dimension => (ALL_DIMENSIONS as string[]).includes(group);

/** GET /usage: one series a metric and group, without holes. Throws `invalid` naming the parameter. */
export async function getUsage(input: unknown, now: number = Date.now()): Promise<{ series: UsageSeries[] }> {
  const query = parseQuery(usageQuerySchema, input);
  const on = gridOf(query, now);
  const scope = await resolveCalls(query);
  const filter = query.top === undefined ? scope : await busiestOf(query, on, scope);
  const read = busiestIn(query, await readGroups(query, on, filter, now));
  const names = await groupNames(query.group_by, [...read.keys()]);
  const groups = [...read].map(([id, points]) => ({ group: names.get(id) ?? null, points }));
  if (query.group_by === undefined && groups.length === 0) groups.push({ group: null, points: new Map() });
  if (query.group_by === "key") {
    for (const id of query.key) {
      if (!groups.some(({ group }) => group === id)) groups.push({ group: id, points: new Map() });
    }
  }
  groups.sort((a, b) => (a.group ?? "").localeCompare(b.group ?? ""));
  return {
    series: query.metric.flatMap((name) =>
      groups.map(({ group, points }) => ({
        metric: name,
        group,
        points: fill(on, (at) => points.get(at)?.(name), name),
      })),
    ),
  };
}

type SeriesMetric = UsageQuery["metric"][number];
/** The value of any metric in one bucket. */
type Bucket = (name: SeriesMetric) => number | null;
type Groups = Map<string | null, Map<number, Bucket>>;

/** Groups that breakdowns can tell apart within one value of a dimension. */
const LEVELS: Partial<Record<GroupBy | "all", KeyLevel>> = {
  all: "all",
  key: "key",
  pool: "pool_name",
  provider: "provider",
};

function gridOf(query: UsageQuery, now: number): Grid {
  const to = query.to ?? now;
  const from = query.from ?? to - HOUR;
  if (from >= to) throw refused("from", "must be before to");
  // Outcomes are few, and read from the events at finer steps.
  const hourly = query.group_by !== undefined && query.group_by !== "outcome" && isDimension(query.group_by);
  try {
    return grid({ from, to, now, step: query.step, atLeast: hourly ? "1h" : "10s" });
  } catch (error) {
    if (error instanceof RangeError) throw refused("step", error.message);
    throw error;
  }
}

const refused = (path: string, message: string) =>
  new AppError("invalid", `${path}: ${message}`, { issues: [{ path, message }] });

/**
 * The scope narrowed down to the keys that `top` asks for, or a few more. Where single calls count, that shows only once
 * they are read.
 */
async function busiestOf(
  { group_by, top = 0 }: UsageQuery,
  on: Grid,
  scope: EventFilter,
): Promise<EventFilter> {
  if (group_by !== "key") throw refused("top", "can be asked for with group_by=key only");
  if (callsOf(scope).length > 0) return scope;
  const isEverything = Object.values(scope).every((part) => part === undefined);
  const keyIds =
    isEverything && on.tier === "hour"
      ? await busiestKeys().of(on, top)
      : await readBusiestKeys(runtime().db.pool, on, scope, top);
  return { ...scope, keyIds };
}

function busiestIn({ top }: UsageQuery, groups: Groups): Groups {
  if (top === undefined || groups.size <= top) return groups;
  const requests = (points: Map<number, Bucket>) =>
    [...points.values()].reduce((sum, bucket) => sum + (bucket("requests") ?? 0), 0);
  const sized = [...groups].map(([id, points]) => ({ id, points, size: requests(points) }));
  sized.sort((a, b) => b.size - a.size || Number(a.id) - Number(b.id));
  return new Map(sized.slice(0, top).map(({ id, points }) => [id, points]));
}

/** What a filter asks of single calls: the dimensions, each with its group. */
function callsOf({
  modelId,
  routeId,
  status,
  outcome,
  clientIp,
}: EventFilter): [Dimension, number | string][] {
  const asked = { model: modelId, route: routeId, status, outcome, client_ip: clientIp };
  return Object.entries(asked).flatMap(([name, value]): [Dimension, number | string][] =>
    value === undefined ? [] : [[name as Dimension, value]],
  );
}

/**
 * Reads what can answer: the tiers, what hours were broken down by, or the events. These are kept for less long; a filter
 * on single calls whose range begins before that is refused rather than answered with less than there was.
 */
async function readGroups(query: UsageQuery, on: Grid, filter: EventFilter, now: number): Promise<Groups> {
  const { db, settings } = runtime();
  const group = query.group_by;
  const byCall = group !== undefined && isDimension(group);
  const distinct = query.metric.includes("distinct_ips");
  if (distinct && group !== undefined && (!byCall || group === "client_ip")) {
    throw refused("group_by", "distinct_ips can be grouped by model, route, status or outcome only");
  }
  const latency = query.metric.some((name) => name.startsWith("latency_"));
  // Breakdowns are kept by key and whole hour only.
  const isHourly = on.stepMs >= HOUR && filter.sourceId === undefined && filter.consumerId === undefined;
  const read = { ...on, now, retentionEventsDays: settings.retentionEventsDays, filter };
  const calls = callsOf(filter);
  if (group === "outcome" && calls.length === 0 && query.metric.every((name) => COUNTED.includes(name))) {
    const all = await readSeries(db.pool, { ...on, now }, { filter });
    return mapBuckets(byOutcome(all.get(null) ?? new Map()), fromTotals);
  }
  if (isHourly && !distinct && (byCall || calls.length > 0)) {
    const [first, ...others] = calls;
    if (first === undefined && byCall) {
      return mapBuckets(await readBreakdown(db.pool, group, read, { latency }), fromTotals);
    }
    const level = LEVELS[group ?? "all"];
    // Of an address, all spellings count: only the events compare them.
    if (first !== undefined && first[0] !== "client_ip" && others.length === 0 && level !== undefined) {
      const only = { value: String(first[1]), group: level };
      return mapBuckets(await readBreakdown(db.pool, first[0], read, { latency, only }), fromTotals);
    }
  }
  if (calls.length > 0 && on.from < eventsKeptFrom(now, settings.retentionEventsDays)) {
    throw refused(
      "from",
      `must be at most ${settings.retentionEventsDays} days ago with these filters: they look at the stored events`,
    );
  }
  if (byCall || calls.length > 0 || (distinct && !isHourly)) {
    const { totals, distinctIps } = await readEventSeries(
      db.pool,
      on,
      group === "pool" ? "pool_name" : ((group ?? null) as EventGroup),
      filter,
    );
    return mapBuckets(
      // With addresses counted by group, folding groups would count some twice.
      distinct ? totals : largest(totals),
      (bucket, id, at) => (name) =>
        isTotalsMetric(name) ? metricValue(name, bucket) : (distinctIps.get(id)?.get(at) ?? null),
    );
  }
  const totals = await readSeries(
    db.pool,
    { ...on, now },
    // Pools of one name at several providers are one group, as a filter by name takes them.
    { filter, group: group === "pool" ? "pool_name" : ((group ?? null) as UsageGroup), latency },
  );
  const addresses = distinct ? await readDistinctAddresses(db.pool, read) : new Map<number, number>();
  return mapBuckets(
    totals,
    (bucket, _id, at) => (name) =>
      name === "distinct_ips" ? (addresses.get(at) ?? 0) : fromTotals(bucket)(name),
  );
}

/** What the tiers count of every outcome, so that no event has to be looked at. */
const COUNTED: readonly SeriesMetric[] = ["requests", "errors", "error_rate", "throttled", "throttle_rate"];

function byOutcome(points: ReadonlyMap<number, UsageTotals>): Map<string, Map<number, UsageTotals>> {
  const groups = new Map<string, Map<number, UsageTotals>>();
  for (const [at, { outcomes }] of points) {
    for (const [code, count] of outcomes.entries()) {
      if (count === 0) continue;
      const own = groups.get(String(code)) ?? new Map<number, UsageTotals>();
      const totals = zeroTotals();
      totals.requests = count;
      totals.outcomes[code] = count;
      groups.set(String(code), own.set(at, totals));
    }
  }
  return groups;
}

const fromTotals =
  (bucket: UsageTotals): Bucket =>
  (name) =>
    isTotalsMetric(name) ? metricValue(name, bucket) : null;

function mapBuckets<T>(
  groups: Map<string | null, Map<number, T>>,
  toBucket: (value: T, id: string | null, at: number) => Bucket,
): Map<string | null, Map<number, Bucket>> {
  return new Map(
    [...groups].map(([id, points]) => [
      id,
      new Map([...points].map(([at, value]) => [at, toBucket(value, id, at)])),
    ]),
  );
}

/** Past the bound on distinct values. */
const OTHER_GROUP: [string, string] = [String(OTHER), OTHER_NAME];

/** What groups are called outside: ids of keys and sources stay ids, everything else gets its name. */
async function groupNames(
  group: GroupBy | undefined,
  ids: (string | null)[],
): Promise<Map<string | null, string | null>> {
  const present = ids.filter((id): id is string => id !== null);
  const { pool } = runtime().db;
  switch (group) {
    case "outcome":
      return new Map(present.map((id) => [id, outcomeOf(Number(id))]));
    case "provider":
      return new Map(present.map((id) => [id, id === "" ? null : id]));
    case "consumer":
    case "model":
    case "route": {
      const { rows } = await pool.query<{ id: string; value: string }>(
        "SELECT id::text, value FROM dictionary WHERE id = ANY($1::int4[])",
        [present],
      );
      return new Map([...rows.map((row): [string, string] => [row.id, row.value]), OTHER_GROUP]);
    }
    case "status":
    case "client_ip":
      return new Map([...present.map((id): [string, string] => [id, id]), OTHER_GROUP]);
    default:
      return new Map(present.map((id) => [id, id]));
  }
}
