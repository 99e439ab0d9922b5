import { runtime } from "@/lib/runtime";
import type { UsageScope } from "./schemas";
import type { UsageFilter } from "./totals";

/** Ids that no row has: a filter on something unknown finds nothing, it does not find everything. */
const NO_ID = -1;

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
  if (scope.consumer !== undefined) {
    const { rows } = await pool.query<{ id: number }>(
      `SELECT id FROM dictionary WHERE kind = 1 AND value = $1`,
      [scope.consumer],
    );
    filter.consumerId = rows[0]?.id ?? NO_ID;
  }
  return filter;
}
