import { NONE } from "@/lib/db/usage-columns";
import { type ReadDetail, readDetail } from "@/lib/domain/usage/detail";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { outcomeOf } from "@/lib/domain/usage/outcome";
import { MAX_AHEAD_MS } from "@/lib/domain/usage/time";
import type { Range } from "@/lib/domain/usage/window";
import { parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeCursor, type Page, pageSchema, toPage } from "../page";
import { eventsQuerySchema } from "./schemas";
import { resolveCalls } from "./scope";
import { EVENT_TIME, eventConditions, momentCondition, needsKey, type UsageFilter } from "./totals";

/** The ingest fields under their names; absent ones are null. */
export interface EventDto {
  id: string;
  time: string;
  key: { id: string; hint: string; name: string | null };
  source: { id: string; name: string | null };
  outcome: string;
  reason: string | null;
  [field: string]: unknown;
}

interface EventRow extends Record<string, unknown> {
  event_id: string;
  key_id: number;
  moment: string;
  at: number;
  source_id: number;
  hint: string | null;
  key_name: string | null;
  source_name: string | null;
  provider: string | null;
  outcome: number;
  cost_micros: number | null;
  tags: string | null;
  detail: Uint8Array | null;
}

/** Without a key nothing orders events by time, so ever longer spans are looked through until a page is full. */
const SPANS_MS = [MINUTE, 15 * MINUTE, 6 * HOUR, 3 * DAY];

/** Newest first. */
export async function listEvents(
  input: Record<string, unknown>,
  now: number = Date.now(),
): Promise<Page<EventDto>> {
  const query = parseQuery(eventsQuerySchema, input);
  const { limit, cursor } = parse(pageSchema, input);
  const filter = await resolveCalls(query);
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = eventConditions(filter, values);
  let before = query.to ?? now + MAX_AHEAD_MS + 1;
  if (cursor !== undefined) {
    const [at, moment, keyId] = decodeCursor(cursor, 3);
    before = Math.min(before, Number(at) + 1);
    conditions.push(
      `(e.moment, e.key_id) < (${parameter(String(moment))}::int8, ${parameter(Number(keyId))}::int8)`,
    );
  }
  const oldest = query.from ?? now - (runtime().settings.retentionEventsDays + 1) * DAY;
  const spans =
    filter.keyIds?.length === 1 ? [] : SPANS_MS.map((span) => before - span).filter((from) => from > oldest);
  let rows: EventRow[] = [];
  for (const from of [...spans, oldest]) {
    rows = await readPage({ from, to: before }, filter, conditions, values, limit + 1);
    if (rows.length > limit) break;
  }
  const page = toPage(
    rows,
    limit,
    (row) => row,
    (row) => [row.at, row.moment, row.key_id],
  );
  const details = page.data.map(({ detail }) => readDetail(detail));
  const labels = await labelsOf(page.data, details);
  return { ...page, data: page.data.map((row, i) => toDto(row, details[i] as ReadDetail, labels)) };
}

/** The newest `count` events of a range, labels looked up for those only. */
async function readPage(
  range: Range,
  filter: UsageFilter,
  conditions: readonly string[],
  shared: readonly unknown[],
  count: number,
): Promise<EventRow[]> {
  const values = [...shared];
  const where = [momentCondition("e.moment", range, values), ...conditions].join(" AND ");
  const order = "ORDER BY e.moment DESC, e.key_id DESC";
  const { rows } = await runtime().db.pool.query<EventRow>(
    `SELECT e.event_id::text, e.key_id, e.moment::text, ${EVENT_TIME} AS at, e.source_id, k.hint, k.name AS key_name, k.provider,
            p.name AS pool, s.name AS source_name, nullif(e.consumer_id, ${NONE}) AS consumer_id, e.model_id, e.route_id,
            e.status, e.outcome, e.latency_ms, e.cost_micros, e.input_tokens, e.output_tokens, host(e.client_ip) AS client_ip,
            e.tags, e.detail
       FROM (SELECT e.* FROM usage_event e ${needsKey(filter) ? "JOIN api_key k ON k.id = e.key_id" : ""}
              WHERE ${where} ${order} LIMIT ${count}) e
       LEFT JOIN api_key k ON k.id = e.key_id LEFT JOIN pool p ON p.id = k.pool_id LEFT JOIN source s ON s.id = e.source_id
      ${order}`,
    values,
  );
  return rows;
}

/** The ids that stand for labels in a row and in its detail. */
const LABELS = ["consumer_id", "model_id", "route_id"] as const;
const DETAIL_LABELS = ["operationId", "methodId", "regionId", "agentId", "errorTypeId", "reasonId"] as const;

/** The strings that ids of the rows stand for; of sets of tags the JSON. */
async function labelsOf(
  rows: readonly EventRow[],
  details: readonly ReadDetail[],
): Promise<ReadonlyMap<unknown, string>> {
  const ids = new Set<unknown>();
  rows.forEach((row, i) => {
    for (const name of LABELS) ids.add(row[name]);
    for (const name of DETAIL_LABELS) ids.add(details[i]?.[name]);
    if (row.tags !== null && !isJson(row.tags)) ids.add(Number(row.tags));
  });
  const { rows: found } = await runtime().db.pool.query<{ id: number; value: string }>(
    "SELECT id, value FROM dictionary WHERE id = ANY($1::int4[])",
    [[...ids].filter((id) => typeof id === "number")],
  );
  return new Map(found.map(({ id, value }) => [id, value]));
}

const isJson = (tags: string): boolean => tags.startsWith("{");

function toDto(row: EventRow, detail: ReadDetail, labels: ReadonlyMap<unknown, string>): EventDto {
  const label = (id: unknown) => labels.get(id) ?? null;
  const tags = row.tags === null || isJson(row.tags) ? row.tags : label(Number(row.tags));
  return {
    id: row.event_id,
    time: new Date(row.at).toISOString(),
    key: { id: String(row.key_id), hint: row.hint ?? "…", name: row.key_name },
    source: { id: String(row.source_id), name: row.source_name },
    key_name: row.key_name,
    provider: row.provider === "" ? null : row.provider,
    pool: row.pool,
    consumer: label(row.consumer_id),
    model: label(row.model_id),
    operation: label(detail.operationId),
    method: label(detail.methodId),
    route: label(row.route_id),
    region: label(detail.regionId),
    user_agent: label(detail.agentId),
    error_type: label(detail.errorTypeId),
    status: row.status,
    outcome: outcomeOf(row.outcome),
    reason: label(detail.reasonId),
    latency_ms: row.latency_ms,
    ttft_ms: detail.ttftMs,
    retry_after_s: detail.retryAfterS,
    cost_usd: row.cost_micros === null ? null : row.cost_micros / 1e6,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    cached_tokens: detail.cachedTokens,
    request_bytes: detail.requestBytes,
    response_bytes: detail.responseBytes,
    attempt: detail.attempt,
    stream: detail.stream,
    cache_hit: detail.cacheHit,
    client_ip: row.client_ip,
    tags: tags === null ? null : JSON.parse(tags),
    ratelimit: detail.ratelimit,
  };
}
