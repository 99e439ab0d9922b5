import type pg from "pg";
import type { KeyTags } from "@/lib/domain/usage/key-tags";
import { outcomeOf } from "@/lib/domain/usage/outcome";
import { unpackReset } from "@/lib/domain/usage/reset-mark";
import { type KeyFacts, type KeyStatus, keyState } from "@/lib/domain/usage/state";
import { type MeasuredLimit, tightestLimit } from "../limits/measure";

/** A key's row with what the latest events say of it. Instants in epoch ms. */
export interface KeyRow {
  id: number;
  provider: string;
  hint: string;
  name: string | null;
  pool_id: string | null;
  pool: string | null;
  created_at: number;
  updated_at: number;
  blocked_at: number | null;
  retired_at: number | null;
  tags: KeyTags;
  latest_at: number | null;
  latest_outcome: number | null;
  last_success_at: number | null;
  rate_limited_at: number | null;
  retry_after_s: number | null;
  quota_at: number | null;
  quota_reset: number | null;
}

/** A key with its limits measured and its state concluded. */
export interface Key {
  row: KeyRow;
  limits: readonly MeasuredLimit[];
  tightest: MeasuredLimit | undefined;
  status: KeyStatus;
}

/** Rows of the given keys, or of all. Marks are taken apart here: whole, they are past what a JS number holds. */
export async function readKeyRows(
  client: pg.Pool | pg.ClientBase,
  ids?: readonly number[],
): Promise<KeyRow[]> {
  const { rows } = await client.query<KeyRow>(
    `SELECT k.id, k.provider, k.hint, k.name, k.pool_id, p.name AS pool, k.created_at, k.updated_at, k.blocked_at, k.retired_at, k.tags,
            s.latest_mark / 8 AS latest_at, (s.latest_mark % 8)::int4 AS latest_outcome, s.last_success_at,
            nullif(s.rate_limited_mark >> 22, 0) AS rate_limited_at, (s.rate_limited_mark & 4194303)::int4 AS retry_after_s,
            nullif(s.quota_mark >> 22, 0) AS quota_at, (s.quota_mark & 4194303)::int4 AS quota_reset
       FROM api_key k LEFT JOIN pool p ON p.id = k.pool_id LEFT JOIN key_status s ON s.key_id = k.id
      ${ids === undefined ? "" : "WHERE k.id = ANY($1::int8[])"}`,
    ids === undefined ? [] : [ids],
  );
  return rows;
}

/** A key's state at `now`, from its row and its measured limits. */
export function toKey(row: KeyRow, limits: readonly MeasuredLimit[], now: number): Key {
  const tightest = tightestLimit(limits);
  const status = keyState(
    {
      ...factsOf(row),
      tightestUsedFraction: tightest?.usedFraction ?? null,
      runsOutBeforeReset: limits.some((limit) => limit.runsOutBeforeReset),
    },
    now,
  );
  return { row, limits, tightest, status };
}

export function factsOf(row: KeyRow): Omit<KeyFacts, "tightestUsedFraction" | "runsOutBeforeReset"> {
  return {
    blocked: row.blocked_at !== null,
    latestOutcome: row.latest_outcome === null ? null : outcomeOf(row.latest_outcome),
    latestEventAt: row.latest_at,
    quotaExhaustedAt: row.quota_at,
    // 0: the provider did not say.
    quotaResetAt:
      row.quota_at !== null && row.quota_reset ? unpackReset(row.quota_at, row.quota_reset) : null,
    lastSuccessAt: row.last_success_at,
    lastRateLimitedAt: row.rate_limited_at,
    lastRetryAfterS: row.rate_limited_at === null ? null : row.retry_after_s,
  };
}
