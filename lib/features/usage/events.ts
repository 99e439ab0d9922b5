import { unpackLimits } from "@/lib/domain/signals/packed";
import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { outcomeOf } from "@/lib/domain/usage/outcome";
import { MAX_AHEAD_MS } from "@/lib/domain/usage/time";
import type { Range } from "@/lib/domain/usage/window";
import { parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeCursor, type Page, pageSchema, toPage } from "../page";
import { eventsQuerySchema } from "./schemas";
import { resolveCalls } from "./scope";
import { eventConditions, needsKey, rangeCondition, type UsageFilter } from "./totals";

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
  occurred_at: number;
  source_id: number;
  hint: string | null;
  key_name: string | null;
  source_name: string | null;
  provider: string | null;
  outcome: number;
  cost_micros: number | null;
  reason: string | null;
  ratelimit: string | null;
}

const LABELS = [
  "consumer_id",
  "model_id",
  "operation_id",
  "method_id",
  "route_id",
  "region_id",
  "agent_id",
  "error_type_id",
  "reason_id",
];
const label = (column: string) =>
  `(SELECT value FROM dictionary WHERE id = e.${column}) AS ${column.replace(/_id$/, "")}`;

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
    const [at, keyId, eventId] = decodeCursor(cursor, 3);
    before = Math.min(before, Number(at) + 1);
    conditions.push(
      `(e.occurred_at, e.key_id, e.event_id) < (to_timestamp(${parameter(Number(at))}::int8 / 1000.0), ${parameter(Number(keyId))}::int8, ${parameter(String(eventId))}::int8)`,
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
  return toPage(rows, limit, toDto, (row) => [row.occurred_at, row.key_id, row.event_id]);
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
  const where = [rangeCondition("e.occurred_at", range, values), ...conditions].join(" AND ");
  const order = "ORDER BY e.occurred_at DESC, e.key_id DESC, e.event_id DESC";
  const { rows } = await runtime().db.pool.query<EventRow>(
    `SELECT e.event_id::text, e.key_id, e.occurred_at, e.source_id, k.hint, k.name AS key_name, k.provider, p.name AS pool, s.name AS source_name,
            ${LABELS.map(label).join(", ")},
            e.status, e.outcome, e.latency_ms, e.ttft_ms, e.retry_after_s, e.cost_micros, e.input_tokens, e.output_tokens,
            e.cached_tokens, e.request_bytes, e.response_bytes, e.attempt, e.stream, e.cache_hit, host(e.client_ip) AS client_ip,
            e.tags, e.ratelimit
       FROM (SELECT e.* FROM usage_event e ${needsKey(filter) ? "JOIN api_key k ON k.id = e.key_id" : ""}
              WHERE ${where} ${order} LIMIT ${count}) e
       LEFT JOIN api_key k ON k.id = e.key_id LEFT JOIN pool p ON p.id = k.pool_id LEFT JOIN source s ON s.id = e.source_id
      ${order}`,
    values,
  );
  return rows;
}

function toDto(row: EventRow): EventDto {
  return {
    id: row.event_id,
    time: new Date(row.occurred_at).toISOString(),
    key: { id: String(row.key_id), hint: row.hint ?? "…", name: row.key_name },
    source: { id: String(row.source_id), name: row.source_name },
    key_name: row.key_name,
    provider: row.provider === "" ? null : row.provider,
    pool: row.pool,
    consumer: row.consumer,
    model: row.model,
    operation: row.operation,
    method: row.method,
    route: row.route,
    region: row.region,
    user_agent: row.agent,
    error_type: row.error_type,
    status: row.status,
    outcome: outcomeOf(row.outcome),
    reason: row.reason,
    latency_ms: row.latency_ms,
    ttft_ms: row.ttft_ms,
    retry_after_s: row.retry_after_s,
    cost_usd: row.cost_micros === null ? null : row.cost_micros / 1e6,
    input_tokens: row.input_tokens,
    output_tokens: row.output_tokens,
    cached_tokens: row.cached_tokens,
    request_bytes: row.request_bytes,
    response_bytes: row.response_bytes,
    attempt: row.attempt,
    stream: row.stream,
    cache_hit: row.cache_hit,
    client_ip: row.client_ip,
    tags: row.tags,
    ratelimit: row.ratelimit === null ? null : unpackLimits(row.ratelimit),
  };
}
