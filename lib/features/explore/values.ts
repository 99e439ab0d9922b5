import type { EXPLORE_FILTERS } from "@/lib/domain/charts/exploration-query";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { LABEL_KINDS } from "../usage/scope";
import { type FilterValue, valuesQuerySchema } from "./schemas";

const MOST = 50;

/** What occurs most; any other status can be asked for as well. */
const STATUSES = [
  "0",
  "200",
  "400",
  "401",
  "402",
  "403",
  "404",
  "408",
  "422",
  "429",
  "500",
  "502",
  "503",
  "504",
  "529",
];

type Sought = (typeof EXPLORE_FILTERS)[number];

/** In SQL: value, label and hint of what contains $1 (LIKE). */
const QUERIES: Record<Exclude<Sought, "status" | "outcome">, string> = {
  key: `SELECT id::text AS value, coalesce(name, hint) AS label, concat_ws(' · ', nullif(provider, ''), CASE WHEN name IS NOT NULL THEN hint END) AS hint
          FROM api_key WHERE retired_at IS NULL AND (name ILIKE $1 OR hint ILIKE $1 OR provider ILIKE $1) ORDER BY 2, 1`,
  pool: "SELECT id AS value, name AS label, provider AS hint FROM pool WHERE name ILIKE $1 ORDER BY 2, 3",
  provider: `SELECT DISTINCT provider AS value, provider AS label, NULL AS hint FROM api_key WHERE provider <> '' AND provider ILIKE $1 ORDER BY 1`,
  source:
    "SELECT id::text AS value, name AS label, NULL AS hint FROM source WHERE name ILIKE $1 ORDER BY 2, 1",
  consumer: labels(LABEL_KINDS.consumer),
  model: labels(LABEL_KINDS.model),
  route: labels(LABEL_KINDS.route),
};

/** GET /explore/values: what can be narrowed to, 50 at most, in alphabetical order. Throws `invalid`. */
export async function listValues(input: unknown): Promise<{ data: FilterValue[]; next_cursor: null }> {
  const { of, q } = parseQuery(valuesQuerySchema, input);
  return { data: await valuesOf(of, q.trim()), next_cursor: null };
}

async function valuesOf(of: Sought, q: string): Promise<FilterValue[]> {
  const has = (text: string) => text.toLowerCase().includes(q.toLowerCase());
  if (of === "outcome") {
    return OUTCOMES.map((value) => ({ value, label: OUTCOME_LOOK[value].label, hint: null })).filter(
      ({ value, label }) => has(value) || has(label),
    );
  }
  if (of === "status") {
    const own = /^[1-5]\d\d$/.test(q) && !STATUSES.includes(q) ? [q] : [];
    return [...own, ...STATUSES.filter(has)].map((value) => ({
      value,
      label: value === "0" ? "0, no answer" : value,
      hint: null,
    }));
  }
  const { rows } = await runtime().db.pool.query<FilterValue>(`${QUERIES[of]} LIMIT ${MOST}`, [
    `%${q.replace(/[\\%_]/g, "\\$&")}%`,
  ]);
  return rows;
}

/** What people call these values of a filter, in order; what nobody calls anything stays as it is. */
export async function nameValues(of: Sought, values: readonly string[]): Promise<string[]> {
  const names = {
    key: "SELECT id::text AS value, coalesce(name, hint) AS label FROM api_key WHERE id::text = ANY($1)",
    pool: "SELECT id AS value, name AS label FROM pool WHERE id = ANY($1)",
    source: "SELECT id::text AS value, name AS label FROM source WHERE id::text = ANY($1)",
  };
  if (of === "outcome")
    return values.map((value) => OUTCOME_LOOK[value as (typeof OUTCOMES)[number]]?.label ?? value);
  if (of !== "key" && of !== "pool" && of !== "source") return [...values];
  const { rows } = await runtime().db.pool.query<{ value: string; label: string }>(names[of], [values]);
  const found = new Map(rows.map(({ value, label }) => [value, label]));
  return values.map((value) => found.get(value) ?? value);
}

function labels(kind: number): string {
  return `SELECT value, value AS label, NULL AS hint FROM dictionary WHERE kind = ${kind} AND value ILIKE $1 ORDER BY 1`;
}
