import { NONE } from "@/lib/db/usage-columns";
import { plainArray, textArray } from "./array";
import type { Dictionary } from "./dictionary";
import type { CheckedEvent } from "./event";

/** Columns of usage_event with their types, in the order of `columnsOf`. */
export const EVENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["key_id", "int8"],
  ["occurred_at", "int8"],
  ["event_id", "int8"],
  ["cost_micros", "int8"],
  ["request_bytes", "int8"],
  ["response_bytes", "int8"],
  ["source_id", "int4"],
  ["consumer_id", "int4"],
  ["model_id", "int4"],
  ["operation_id", "int4"],
  ["method_id", "int4"],
  ["route_id", "int4"],
  ["region_id", "int4"],
  ["agent_id", "int4"],
  ["error_type_id", "int4"],
  ["reason_id", "int4"],
  ["latency_ms", "float4"],
  ["ttft_ms", "float4"],
  ["retry_after_s", "float4"],
  ["input_tokens", "int4"],
  ["output_tokens", "int4"],
  ["cached_tokens", "int4"],
  ["status", "int2"],
  ["attempt", "int2"],
  ["outcome", "int2"],
  ["stream", "bool"],
  ["cache_hit", "bool"],
  ["client_ip", "inet"],
  ["tags", "jsonb"],
  ["ratelimit", "text"],
];

/** The events as columns, in the order of EVENT_COLUMNS; one at a time, since a column of thousands takes a millisecond. */
export function* columnsOf(
  events: readonly CheckedEvent[],
  dictionary: Dictionary,
  sourceOf: (i: number) => number,
): Generator<string> {
  const plain = (pick: (event: CheckedEvent) => number | string | boolean | null) => plainArray(events, pick);
  yield plain((e) => e.keyId);
  yield plain((e) => e.at);
  yield plain((e) => e.eventId);
  yield plain((e) => e.costMicros);
  yield plain((e) => e.requestBytes);
  yield plain((e) => e.responseBytes);
  yield `{${events.map((_, i) => sourceOf(i)).join(",")}}`;
  yield plain((e) => dictionary.id("consumer", e.consumer) ?? NONE);
  yield plain((e) => dictionary.id("model", e.model));
  yield plain((e) => dictionary.id("operation", e.operation));
  yield plain((e) => dictionary.id("method", e.method));
  yield plain((e) => dictionary.id("route", e.route));
  yield plain((e) => dictionary.id("region", e.region));
  yield plain((e) => dictionary.id("agent", e.agent));
  yield plain((e) => dictionary.id("errorType", e.errorType));
  yield plain((e) => dictionary.id("reason", e.reason));
  yield plain((e) => e.latencyMs);
  yield plain((e) => e.ttftMs);
  yield plain((e) => e.retryAfterS);
  yield plain((e) => e.inputTokens);
  yield plain((e) => e.outputTokens);
  yield plain((e) => e.cachedTokens);
  yield plain((e) => e.status);
  yield plain((e) => e.attempt);
  yield plain((e) => e.outcome);
  yield plain((e) => e.stream);
  yield plain((e) => e.cacheHit);
  yield textArray(events, (e) => e.clientIp);
  yield textArray(events, (e) => e.tags);
  yield textArray(events, (e) => e.ratelimit);
}
