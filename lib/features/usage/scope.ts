import { OTHER } from "@/lib/db/usage-columns";
import { outcomeCode } from "@/lib/domain/usage/outcome";
import { type CallFilter, OTHER_NAME, type UsageScope } from "@/lib/domain/usage/query";
import { runtime } from "@/lib/runtime";
import type { EventFilter, UsageFilter } from "./totals";

/** Ids that no row has: a filter on something unknown finds nothing, it does not find everything. */
const NO_ID = -1;

/** The kinds of `dictionary` that can be asked for. */
export const LABEL_KINDS = { consumer: 1, model: 2, route: 5 } as const;

/** Turns names and ids of a request into ids of the database. */
export async function resolveScope(scope: UsageScope): Promise<UsageFilter> {
  const { pool } = runtime().db;
  const filter: UsageFilter = {};
  if (scope.key.length > 0) filter.keyIds = scope.key.map(Number);
  if (scope.provider !== undefined) filter.provider = scope.provider;
  if (scope.pool !== undefined) {
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM pool WHERE id = $1 OR (name = $1 AND ($2::text IS NULL OR provider = $2)) ORDER BY id = $1 DESC`,
      [scope.pool, scope.provider ?? null],
    );
    filter.poolIds = rows.map((row) => row.id);
  }
  if (scope.source !== undefined) {
    const { rows } = await pool.query<{ id: number }>(
      `SELECT id FROM source WHERE id::text = $1 OR name = $1 ORDER BY id::text = $1 DESC LIMIT 1`,
      [scope.source],
    );
    filter.sourceId = rows[0]?.id ?? NO_ID;
  }
  if (scope.consumer !== undefined) filter.consumerId = await labelId(LABEL_KINDS.consumer, scope.consumer);
  return filter;
}

/** The same for a filter that looks at single calls. */
export async function resolveCalls(calls: CallFilter): Promise<EventFilter> {
  const { model, route, status, outcome, client_ip } = calls;
  const filter: EventFilter = await resolveScope(calls);
  if (model !== undefined) filter.modelId = await labelId(LABEL_KINDS.model, model);
  if (route !== undefined) filter.routeId = await labelId(LABEL_KINDS.route, route);
  if (status !== undefined) filter.status = status;
  if (outcome !== undefined) filter.outcome = outcomeCode(outcome);
  if (client_ip !== undefined) filter.clientIp = client_ip;
  return filter;
}

async function labelId(kind: number, value: string): Promise<number> {
  if (value === OTHER_NAME) return OTHER;
  const { rows } = await runtime().db.pool.query<{ id: number }>(
    "SELECT id FROM dictionary WHERE kind = $1 AND value = $2",
    [kind, value],
  );
  return rows[0]?.id ?? NO_ID;
}
