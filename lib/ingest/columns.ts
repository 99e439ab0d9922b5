import { NONE } from "@/lib/db/usage-columns";
import { writeDetail } from "@/lib/domain/usage/detail";
import { bytesArray, plainArray, textArray } from "./array";
import type { Dictionary } from "./dictionary";
import type { CheckedEvent } from "./event";

type Plain = "int8" | "int4" | "int2" | "float4";
type Picked = number | bigint | null;

interface Sources {
  dictionary: Dictionary;
  sourceOf: (i: number) => number;
  momentOf: (i: number) => bigint;
}

/** Columns of usage_event with their types, and what of an event each takes. */
const PLAIN: readonly (readonly [
  name: string,
  type: Plain,
  pick: (event: CheckedEvent, i: number, from: Sources) => Picked,
])[] = [
  ["key_id", "int8", (e) => e.keyId],
  ["moment", "int8", (_, i, { momentOf }) => momentOf(i)],
  ["event_id", "int8", (e) => e.eventId],
  ["cost_micros", "int8", (e) => e.costMicros],
  ["source_id", "int4", (_, i, { sourceOf }) => sourceOf(i)],
  ["consumer_id", "int4", (e, _, { dictionary }) => dictionary.id("consumer", e.consumer) ?? NONE],
  ["model_id", "int4", (e, _, { dictionary }) => dictionary.id("model", e.model)],
  ["route_id", "int4", (e, _, { dictionary }) => dictionary.id("route", e.route)],
  ["latency_ms", "float4", (e) => e.latencyMs],
  ["input_tokens", "int4", (e) => e.inputTokens],
  ["output_tokens", "int4", (e) => e.outputTokens],
  ["status", "int2", (e) => e.status],
  ["outcome", "int2", (e) => e.outcome],
];

/** Names and types of the columns, in the order of `columnsOf`. */
export const EVENT_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ...PLAIN.map(([name, type]) => [name, type] as const),
  ["client_ip", "inet"],
  ["tags", "text"],
  ["detail", "bytea"],
];

/** The events as columns, in the order of EVENT_COLUMNS; one at a time, since a column of thousands takes a while. */
export function* columnsOf(events: readonly CheckedEvent[], from: Sources): Generator<Buffer | string> {
  const { dictionary } = from;
  for (const [, type, pick] of PLAIN) yield plainArray(type, events, (event, i) => pick(event, i, from));
  yield textArray(events, (event) => event.clientIp);
  yield textArray(events, (event) => dictionary.tags(event.tags));
  yield bytesArray(events, (event, _, to) =>
    writeDetail(
      {
        operationId: dictionary.id("operation", event.operation),
        methodId: dictionary.id("method", event.method),
        regionId: dictionary.id("region", event.region),
        agentId: dictionary.id("agent", event.agent),
        errorTypeId: dictionary.id("errorType", event.errorType),
        reasonId: dictionary.id("reason", event.reason),
        ttftMs: event.ttftMs,
        retryAfterS: event.retryAfterS,
        cachedTokens: event.cachedTokens,
        requestBytes: event.requestBytes,
        responseBytes: event.responseBytes,
        attempt: event.attempt,
        stream: event.stream,
        cacheHit: event.cacheHit,
        ratelimit: event.ratelimit,
      },
      to,
    ),
  );
}
