import type pg from "pg";
import { readDetail } from "@/lib/domain/usage/detail";
import { MINUTE } from "@/lib/domain/usage/duration";
import { OUTCOMES, outcomeCode, outcomeOf } from "@/lib/domain/usage/outcome";
import { MAX_AHEAD_MS } from "@/lib/domain/usage/time";
import { EVENT_TIME, momentCondition } from "./totals";

/** A call that failed. */
export interface LatestError {
  /** Epoch ms. */
  at: number;
  status: number | null;
  /** The provider's own name of it, or what was concluded ("gemini.quota_per_day"), or else the outcome. */
  what: string;
  model: string | null;
  route: string | null;
}

interface Row {
  key_id: number;
  at: number;
  status: number | null;
  outcome: number;
  model_id: number;
  route_id: number;
  detail: Uint8Array | null;
}

const LOOK_BACK_MS = 15 * MINUTE;
/** Behind so many calls that went well, an error is no reason any more; and a busy key is read as fast as others. */
const NEWEST = 500;

/** Of each key the newest failed call among its newest of the last 15 minutes; keys without one are absent. */
export async function readLatestErrors(
  client: pg.Pool | pg.ClientBase,
  keyIds: readonly number[],
  now: number,
): Promise<Map<number, LatestError>> {
  if (keyIds.length === 0) return new Map();
  const values: unknown[] = [keyIds];
  const range = momentCondition("e.moment", { from: now - LOOK_BACK_MS, to: now + MAX_AHEAD_MS + 1 }, values);
  const { rows } = await client.query<Row>(
    `SELECT of.id AS key_id, failed.* FROM unnest($1::int8[]) AS of(id), LATERAL (
       SELECT ${EVENT_TIME} AS at, e.status, e.outcome, e.model_id, e.route_id, e.detail
         FROM (SELECT * FROM usage_event e WHERE e.key_id = of.id AND ${range} ORDER BY e.moment DESC LIMIT ${NEWEST}) e
        WHERE e.outcome <> ${outcomeCode("success")} ORDER BY e.moment DESC LIMIT 1) AS failed`,
    values,
  );
  const details = rows.map(({ detail }) => readDetail(detail));
  const ids = rows.flatMap((row, i) => [
    row.model_id,
    row.route_id,
    details[i]?.errorTypeId ?? 0,
    details[i]?.reasonId ?? 0,
  ]);
  const { rows: labels } = await client.query<{ id: number; value: string }>(
    "SELECT id, value FROM dictionary WHERE id = ANY($1::int4[])",
    [[...new Set(ids)]],
  );
  const label = new Map(labels.map(({ id, value }) => [id, value]));
  return new Map(
    rows.map((row, i) => [
      row.key_id,
      {
        at: row.at,
        status: row.status,
        what:
          label.get(details[i]?.errorTypeId ?? 0) ??
          reasonWord(label.get(details[i]?.reasonId ?? 0)) ??
          OUTCOME_WORDS[outcomeOf(row.outcome)],
        model: label.get(row.model_id) ?? null,
        route: label.get(row.route_id) ?? null,
      },
    ]),
  );
}

/** A reason that is no more than the status says nothing beside it. */
const reasonWord = (reason: string | undefined) =>
  reason === undefined || /^(http\.|no_response$)/.test(reason) ? undefined : reason;

const OUTCOME_WORDS = Object.fromEntries(
  OUTCOMES.map((outcome) => [outcome, outcome.replaceAll("_", " ")]),
) as Record<(typeof OUTCOMES)[number], string>;
