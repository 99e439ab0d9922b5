import type pg from "pg";
import { EVENT_AMOUNT_COLUMNS, FAILURE_COLUMNS, failureCode } from "@/lib/db/usage-columns";
import { addTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import type { Range } from "@/lib/domain/usage/window";
import {
  binned,
  EVENT_TIME,
  type EventFilter,
  eventConditions,
  momentCondition,
  needsKey,
  type TotalsRow,
  totalsOf,
} from "./totals";

/** What single events are told apart by: also by what the tiers do not keep. */
export type EventGroup =
  | "key"
  | "pool_name"
  | "provider"
  | "source"
  | "consumer"
  | "model"
  | "route"
  | "status"
  | "outcome"
  | "client_ip"
  | null;

const GROUPS: Record<NonNullable<EventGroup>, string> = {
  key: "e.key_id",
  pool_name: "(SELECT name FROM pool WHERE id = k.pool_id)",
  provider: "k.provider",
  source: "e.source_id",
  consumer: "e.consumer_id",
  model: "e.model_id",
  route: "e.route_id",
  status: "e.status",
  outcome: "e.outcome",
  client_ip: "host(e.client_ip)",
};

interface EventSeries {
  /** By group (dictionary id, status or outcome code as text; null for none) and bucket start. */
  totals: Map<string | null, Map<number, UsageTotals>>;
  distinctIps: Map<string | null, Map<number, number>>;
}

interface EventColumns {
  latency: boolean;
  /** Besides `requests`; all when absent. */
  columns?: readonly string[] | undefined;
}

/** The names of what `eventSums` selects, in order. */
export function eventColumns({ latency, columns }: EventColumns): string[] {
  const counted = [...FAILURE_COLUMNS, ...EVENT_AMOUNT_COLUMNS].filter(
    (name) => columns?.includes(name) ?? true,
  );
  return ["requests", ...counted, ...(latency ? ["latency"] : [])];
}

/** The columns of a TotalsRow, counted over `usage_event e`. */
export function eventSums(options: EventColumns): string {
  return eventColumns(options)
    .map((name) => {
      if (name === "requests") return "count(*)::int8 AS requests";
      if (name === "latency") return "sum(latency_unit(e.latency_ms)) AS latency";
      const code = failureCode(name);
      return code > 0
        ? `count(*) FILTER (WHERE e.outcome = ${code})::int8 AS ${name}`
        : `coalesce(sum(e.${name}), 0)::int8 AS ${name}`;
    })
    .join(", ");
}

/** Totals counted from the events themselves, for groups and metrics that the tiers do not keep. */
export async function readEventSeries(
  client: pg.Pool | pg.ClientBase,
  on: Range & { stepMs: number },
  group: EventGroup,
  filter: EventFilter = {},
): Promise<EventSeries> {
  const values: unknown[] = [];
  const conditions = [momentCondition("e.moment", on, values), ...eventConditions(filter, values)];
  const joined = needsKey(filter) || group === "pool_name" || group === "provider";
  const { rows } = await client.query<TotalsRow & { distinct_ips: number }>(
    `SELECT ${group === null ? "NULL::text" : `${GROUPS[group]}::text`} AS group_id, ${binned(EVENT_TIME, on.stepMs)} AS bucket,
            ${eventSums({ latency: true })}, count(DISTINCT e.client_ip)::int8 AS distinct_ips
       FROM usage_event e ${joined ? "JOIN api_key k ON k.id = e.key_id" : ""}
      WHERE ${conditions.join(" AND ")} GROUP BY 1, 2`,
    values,
  );
  const series: EventSeries = { totals: new Map(), distinctIps: new Map() };
  for (const row of rows) {
    const points = series.totals.get(row.group_id) ?? new Map<number, UsageTotals>();
    const known = points.get(row.bucket);
    points.set(row.bucket, known === undefined ? totalsOf(row) : addTotals(known, totalsOf(row)));
    series.totals.set(row.group_id, points);
    const addresses = series.distinctIps.get(row.group_id) ?? new Map<number, number>();
    addresses.set(row.bucket, row.distinct_ips);
    series.distinctIps.set(row.group_id, addresses);
  }
  return series;
}
