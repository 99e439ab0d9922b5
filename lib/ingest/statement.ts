import { ADD_TO_TIER, TIER_ROW } from "@/lib/db/tier-rows";
import { LIMIT_COLUMNS } from "./advertised";
import { CELL_COLUMNS } from "./cells";
import { EVENT_COLUMNS } from "./columns";
import { MARK_COLUMNS } from "./marks";

type Columns = readonly (readonly [name: string, type: string])[];

/** Parameters are numbered through: events, cells, marks, limits, the notice. */
const CELLS = EVENT_COLUMNS.length;
const MARKS = CELLS + CELL_COLUMNS.length;
const LIMITS = MARKS + MARK_COLUMNS.length;
const NOTICE = LIMITS + LIMIT_COLUMNS.length;

// "window" is a word of SQL's own.
const names = (columns: Columns) => columns.map(([name]) => `"${name}"`).join(", ");

function unnest(columns: Columns, offset: number): string {
  const parameters = columns.map(([, type], i) => `$${offset + i + 1}::${type}[]`);
  return `unnest(${parameters.join(", ")}) AS t(${names(columns)})`;
}

/** Divided as float8, which is as exact here: `/ 1000.0` would make a numeric, and that a text. */
const instant = (name: string) => `to_timestamp(${name} / 1000::float8)`;

/**
 * An id for a limit that may be new, which it rarely is: a random UUID took a fortieth of the statement. The hash tells
 * limits apart; the random part, two transactions that insert one limit: its id alike would be a conflict of its own.
 */
const NEW_LIMIT_ID = `'lim_' || to_hex(hashtextextended(metric || ' ' || "window", key_id)) || to_hex((random() * 2147483647)::int4)`;

/** Selects the columns, with the named ones as instants. */
const selected = (columns: Columns, instants: readonly string[]) =>
  columns
    .map(([name]) => (instants.includes(name) ? `${instant(name)}::timestamptz(3) AS ${name}` : `"${name}"`))
    .join(", ");

function tier(table: string, bucket: string, condition: string): string {
  const row = TIER_ROW.replace("bucket", bucket);
  return `INSERT INTO ${table} AS old (${TIER_ROW}) SELECT ${row} FROM cell WHERE ${condition} ORDER BY 1, 2, 3, 4
    ${ADD_TO_TIER}`;
}

/**
 * Events, their tiers, the keys' status and their advertised limits in ONE statement, so they can never disagree: of a
 * limit the latest observation stands. Minutes are written for events that the finest tier no longer takes. Rows are
 * written in the order of their primary keys, so two servers cannot deadlock.
 *
 * Events that are there already fail it with a unique violation and nothing is written: taking them out before is the
 * caller's (duplicates.ts). Left to ON CONFLICT, every event would cost a speculative insertion, and what was really
 * inserted would have to be added up here rather than beforehand.
 *
 * Parameters: `columnsOf`, `cellColumns`, `markColumns`, `limitColumns`, and the notice to other servers.
 */
export const STORE_SQL = `
WITH cell AS MATERIALIZED (
  SELECT ${selected(CELL_COLUMNS, ["bucket"])} FROM ${unnest(CELL_COLUMNS, CELLS)}
), stored AS (
  INSERT INTO usage_event (${names(EVENT_COLUMNS)})
  SELECT ${names(EVENT_COLUMNS)} FROM ${unnest(EVENT_COLUMNS, 0)} ORDER BY key_id, moment
), tier_10s AS (
  ${tier("usage_10s", "bucket", "in_10s")}
), tier_minute AS (
  ${tier("usage_minute", "date_trunc('minute', bucket)", "in_minute")}
), tier_hour AS (
  ${tier("usage_hour", "date_trunc('hour', bucket)", "in_hour")}
), marks AS (
  INSERT INTO key_status AS old (${names(MARK_COLUMNS)})
  SELECT ${selected(MARK_COLUMNS, ["last_success_at"])} FROM ${unnest(MARK_COLUMNS, MARKS)} ORDER BY key_id
  ON CONFLICT (key_id) DO UPDATE SET
    latest_mark = greatest(old.latest_mark, EXCLUDED.latest_mark),
    last_success_at = greatest(old.last_success_at, EXCLUDED.last_success_at),
    rate_limited_mark = greatest(old.rate_limited_mark, EXCLUDED.rate_limited_mark),
    quota_mark = greatest(old.quota_mark, EXCLUDED.quota_mark)
), limits AS (
  INSERT INTO key_limit AS old (id, origin, ${names(LIMIT_COLUMNS)})
  SELECT ${NEW_LIMIT_ID}, 'advertised', ${selected(LIMIT_COLUMNS, ["resets_at", "observed_at"])}
    FROM ${unnest(LIMIT_COLUMNS, LIMITS)} ORDER BY key_id, metric, "window"
  ON CONFLICT (key_id, origin, metric, "window") DO UPDATE SET
    amount = EXCLUDED.amount, remaining = EXCLUDED.remaining, resets_at = EXCLUDED.resets_at,
    observed_at = EXCLUDED.observed_at, updated_at = now()
  WHERE old.observed_at <= EXCLUDED.observed_at
)
SELECT pg_notify('keygauge_usage', $${NOTICE + 1})`;
