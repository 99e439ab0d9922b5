import { toCsv } from "@/lib/domain/csv";
import { tagWords } from "@/lib/domain/usage/key-tags";
import { parseQuery } from "@/lib/errors";
import { toKeyDto } from "./dto";
import { type KeyFigures, readFigures } from "./figures";
import { sortedKeys } from "./queries";
import { type KeyDto, keysFilterSchema } from "./schemas";

const COLUMNS = [
  "id",
  "provider",
  "name",
  "hint",
  "pool",
  "state",
  "why",
  "until",
  "limit_metric",
  "limit_window",
  "limit_amount",
  "limit_used",
  "used_fraction",
  "resets_at",
  "seconds_to_exhaustion",
  "requests_1h",
  "error_rate_1h",
  "latency_p95_1h_ms",
  "cost_today_usd",
  "last_event_at",
  "created_at",
  "tags",
] as const;

/** GET /keys.csv: every key that matches, in the list's order; the limit is the tightest. Throws `invalid`. */
export async function exportKeys(input: Record<string, unknown>, now: number = Date.now()): Promise<string> {
  const query = parseQuery(keysFilterSchema, input);
  const [{ sorted }, figures] = await Promise.all([sortedKeys(query, now), readFigures(query.tz, now)]);
  return toCsv([COLUMNS, ...sorted.map(({ key }) => cells(toKeyDto(key), figures.get(key.row.id)))]);
}

function cells(key: KeyDto, figures: KeyFigures | undefined) {
  const limit = key.limits.find(({ id }) => id === key.headroom?.limit);
  return [
    key.id,
    key.provider,
    key.name,
    key.hint,
    key.pool,
    key.state,
    key.why,
    key.until,
    limit?.metric,
    limit?.window,
    limit?.amount,
    limit?.used,
    limit?.used_fraction,
    limit?.resets_at,
    limit?.seconds_to_exhaustion,
    figures?.requests ?? 0,
    figures?.error_rate,
    figures?.latency_p95,
    (figures?.cost_today_micros ?? 0) / 1e6,
    key.last_event_at,
    key.created_at,
    tagWords(key.tags),
  ];
}
