import { plainArray, textArray } from "./array";
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

/** Names and types of the columns. */
export const LIMIT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["key_id", "int8"],
  ["metric", "text"],
  ["amount", "float8"],
  ["window", "text"],
  ["remaining", "float8"],
  ["resets_at", "int8"],
  ["observed_at", "int8"],
];

/** The limits as columns, in the order of LIMIT_COLUMNS. */
export const limitColumns = (limits: readonly AdvertisedLimit[]): (Buffer | string)[] => [
  plainArray("int8", limits, (limit) => limit.keyId),
  textArray(limits, (limit) => limit.metric),
  plainArray("float8", limits, (limit) => limit.amount),
  textArray(limits, (limit) => limit.window),
  plainArray("float8", limits, (limit) => limit.remaining),
  plainArray("int8", limits, (limit) => (limit.resetsAt === null ? null : Math.round(limit.resetsAt))),
  plainArray("int8", limits, (limit) => limit.at),
];
