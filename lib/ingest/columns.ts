import { NONE } from "@/lib/db/usage-columns";
import { plainArray, textArray } from "./array";
import type { Dictionary } from "./dictionary";
import type { CheckedEvent } from "./event";

type Plain = "int8" | "int4" | "int2" | "float4" | "bool";
type Picked = number | bigint | boolean | null;

interface Sources {
  dictionary: Dictionary;
  sourceOf: (i: number) => number;
}

/** Columns of usage_event with their types, and what of an event each takes. */
const PLAIN: readonly (readonly [
  name: string,
  type: Plain,
  pick: (event: CheckedEvent, i: number, from: Sources) => Picked,
])[] = [
  ["key_id", "int8", (e) => e.keyId],
  ["occurred_at", "int8", (e) => e.at],
  ["event_id", "int8", (e) => e.eventId],
  ["cost_micros", "int8", (e) => e.costMicros],
  ["request_bytes", "int8", (e) => e.requestBytes],
  ["response_bytes", "int8", (e) => e.responseBytes],
  ["source_id", "int4", (_, i, { sourceOf }) => sourceOf(i)],
  ["consumer_id", "int4", (e, _, { dictionary }) => dictionary.id("consumer", e.consumer) ?? NONE],
  ["model_id", "int4", (e, _, { dictionary }) => dictionary.id("model", e.model)],
  ["operation_id", "int4", (e, _, { dictionary }) => dictionary.id("operation", e.operation)],
  ["method_id", "int4", (e, _, { dictionary }) => dictionary.id("method", e.method)],
  ["route_id", "int4", (e, _, { dictionary }) => dictionary.id("route", e.route)],
  ["region_id", "int4", (e, _, { dictionary }) => dictionary.id("region", e.region)],
  ["agent_id", "int4", (e, _, { dictionary }) => dictionary.id("agent", e.agent)],
  ["error_type_id", "int4", (e, _, { dictionary }) => dictionary.id("errorType", e.errorType)],
  ["reason_id", "int4", (e, _, { dictionary }) => dictionary.id("reason", e.reason)],
  ["latency_ms", "float4", (e) => e.latencyMs],
  ["ttft_ms", "float4", (e) => e.ttftMs],
  ["retry_after_s", "float4", (e) => e.retryAfterS],
  ["input_tokens", "int4", (e) => e.inputTokens],
  ["output_tokens", "int4", (e) => e.outputTokens],
  ["cached_tokens", "int4", (e) => e.cachedTokens],
  ["status", "int2", (e) => e.status],
  ["attempt", "int2", (e) => e.attempt],
  ["outcome", "int2", (e) => e.outcome],
  ["stream", "bool", (e) => e.stream],
  ["cache_hit", "bool", (e) => e.cacheHit],
];

const TEXT: readonly (readonly [name: string, type: string, pick: (event: CheckedEvent) => string | null])[] =
  [
    ["client_ip", "inet", (e) => e.clientIp],
    ["tags", "jsonb", (e) => e.tags],
    ["ratelimit", "text", (e) => e.ratelimit],
  ];

/** Names and types of the columns, in the order of `columnsOf`. */
export const EVENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [...PLAIN, ...TEXT].map(
  ([name, type]) => [name, type] as const,
);

/** The events as columns, in the order of EVENT_COLUMNS; one at a time, since a column of thousands takes a while. */
export function* columnsOf(
  events: readonly CheckedEvent[],
  dictionary: Dictionary,
  sourceOf: (i: number) => number,
): Generator<Buffer | string> {
  const from = { dictionary, sourceOf };
  for (const [, type, pick] of PLAIN) yield plainArray(type, events, (event, i) => pick(event, i, from));
  for (const [, , pick] of TEXT) yield textArray(events, pick);
}
