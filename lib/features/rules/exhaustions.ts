import type pg from "pg";
import { MINUTES } from "@/lib/db/tier-rows";
import { EXHAUSTION_OUTCOMES, type ExhaustionOutcome } from "@/lib/domain/alerting/exhaustion";
import { OUTCOMES, outcomeCode } from "@/lib/domain/usage/outcome";
import type { Range } from "@/lib/domain/usage/window";

/** The moment a provider first refused a key for its allowance, after an hour in which it had not. */
export interface Exhaustion {
  keyId: number;
  outcome: ExhaustionOutcome;
  /** Epoch ms. */
  at: number;
}

const APART = "1 hour";
const MOST = 1_000;

/** When these keys ran dry or were throttled in a range, ascending; 1,000 at most. */
export async function readExhaustions(
  client: pg.Pool | pg.ClientBase,
  { from, to }: Range,
  keyIds: readonly number[],
): Promise<Exhaustion[]> {
  if (keyIds.length === 0) return [];
  const kinds = EXHAUSTION_OUTCOMES.map((outcome) => `(${outcomeCode(outcome)}, u.${outcome})`);
  // Minutes find the few moments that matter; the events say which second it was.
  const { rows } = await client.query<{ key_id: number; outcome: number; at: number }>(
    `SELECT f.key_id, f.outcome, coalesce(e.at, f.bucket) AS at
       FROM (SELECT *, lag(bucket) OVER (PARTITION BY key_id, outcome ORDER BY bucket) AS previous
               FROM (SELECT u.key_id, v.outcome, u.bucket FROM ${MINUTES} u
                      CROSS JOIN LATERAL (VALUES ${kinds.join(", ")}) AS v(outcome, count)
                      WHERE (${EXHAUSTION_OUTCOMES.map((outcome) => `u.${outcome} > 0`).join(" OR ")}) AND v.count > 0
                        AND u.bucket >= to_timestamp($1::int8 / 1000.0) - interval '${APART}'
                        AND u.bucket < to_timestamp($2::int8 / 1000.0) AND u.key_id = ANY($3::int8[])) m) f
       LEFT JOIN LATERAL (SELECT event_at(min(moment)) AS at FROM usage_event e
                           WHERE e.key_id = f.key_id AND e.outcome = f.outcome
                             AND e.moment >= moment_at(f.bucket) AND e.moment < moment_at(f.bucket + interval '1 minute')) e ON true
      WHERE (f.previous IS NULL OR f.bucket - f.previous >= interval '${APART}')
        AND f.bucket >= to_timestamp($1::int8 / 1000.0)
      ORDER BY 3, 1, 2 LIMIT ${MOST}`,
    [from, to, keyIds],
  );
  return rows.map(({ key_id, outcome, at }) => ({
    keyId: key_id,
    outcome: OUTCOMES[outcome] as ExhaustionOutcome,
    at,
  }));
}
