import type pg from "pg";
import { newId } from "@/lib/crypto";
import type { CheckedEvent } from "./event";

/** Names that providers use, as the metrics that Keygauge measures; others (per-query costs …) are not limits of ours. */
const METRICS: Record<string, string> = {
  requests: "requests",
  tokens: "total_tokens",
  total_tokens: "total_tokens",
  input_tokens: "input_tokens",
  output_tokens: "output_tokens",
  cost: "cost_usd",
  cost_usd: "cost_usd",
};

interface AdvertisedLimit {
  keyId: number;
  metric: string;
  /** "" when the provider does not say over which time. */
  window: string;
  amount: number;
  remaining: number | null;
  resetsAt: number | null;
  at: number;
}

/** The latest word on each limit among these events. */
export function advertisedLimits(events: readonly CheckedEvent[]): AdvertisedLimit[] {
  const latest = new Map<string, AdvertisedLimit>();
  for (const event of events) {
    for (const limit of event.limits) {
      const metric = METRICS[limit.name];
      if (metric === undefined || limit.limit === null || limit.limit <= 0) continue;
      const window = limit.window ?? "";
      const name = `${event.keyId} ${metric} ${window}`;
      const known = latest.get(name);
      if (known !== undefined && known.at > event.at) continue;
      latest.set(name, {
        keyId: event.keyId,
        metric,
        window,
        amount: limit.limit,
        remaining: limit.remaining,
        resetsAt: limit.resetAt,
        at: event.at,
      });
    }
  }
  return [...latest.values()].sort(
    (a, b) => a.keyId - b.keyId || a.metric.localeCompare(b.metric) || a.window.localeCompare(b.window),
  );
}

/** An older observation never overwrites a newer one. */
export async function storeAdvertisedLimits(
  client: pg.ClientBase,
  limits: readonly AdvertisedLimit[],
): Promise<void> {
  await client.query(
    `INSERT INTO key_limit AS old (id, key_id, origin, metric, amount, "window", remaining, resets_at, observed_at)
     SELECT id, key_id, 'advertised', metric, amount, win, remaining, to_timestamp(resets_at / 1000.0), to_timestamp(at / 1000.0)
       FROM unnest($1::text[], $2::int8[], $3::text[], $4::float8[], $5::text[], $6::float8[], $7::int8[], $8::int8[])
         AS t(id, key_id, metric, amount, win, remaining, resets_at, at)
     ON CONFLICT (key_id, origin, metric, "window") DO UPDATE SET
       amount = EXCLUDED.amount, remaining = EXCLUDED.remaining, resets_at = EXCLUDED.resets_at,
       observed_at = EXCLUDED.observed_at, updated_at = now()
     WHERE old.observed_at <= EXCLUDED.observed_at`,
    [
      limits.map(() => newId("lim")),
      limits.map((limit) => limit.keyId),
      limits.map((limit) => limit.metric),
      limits.map((limit) => limit.amount),
      limits.map((limit) => limit.window),
      limits.map((limit) => limit.remaining),
      limits.map((limit) => (limit.resetsAt === null ? null : Math.round(limit.resetsAt))),
      limits.map((limit) => limit.at),
    ],
  );
}
