import { unpackLimits } from "@/lib/domain/signals/packed";
import { maskRecord, wordsOf } from "@/lib/domain/usage/mask";
import { outcomeOf } from "@/lib/domain/usage/outcome";
import type { RejectSample, SourceSample } from "@/lib/features/sources/schemas";
import type { CheckedEvent, Rejection } from "./event";
import { isObject } from "./fields";
import type { RawRecord } from "./records";

// What a source's page shows of its records. Raw keys, prompts and every text that is not stored anyway stay out: see maskRecord.

const ROOM = 4_096;
const REJECT_ROOM = 2_048;

/** A record and the event that was made of it. */
export interface Delivered {
  record: RawRecord;
  event: CheckedEvent;
}

export function sampleOf({ record, event }: Delivered, at: string): SourceSample {
  const understood = understoodOf(event);
  const seen = { rawKey: rawKeyOf(record), words: wordsOf(understood) };
  return { at, received: maskRecord(receivedOf(record), seen, ROOM), understood };
}

/** A rejection as its column keeps it: the record as JSON text, since jsonb would put its fields in another order. */
export type StoredReject = Omit<RejectSample, "record"> & { record: string | null };

export function rejectOf(rejection: Rejection, record: RawRecord | undefined, at: string): StoredReject {
  const received = record === undefined ? undefined : receivedOf(record);
  if (record === undefined || received === undefined) return { at, ...rejection, record: null };
  const seen = { rawKey: rawKeyOf(record), words: new Set<string>() };
  return { at, ...rejection, record: JSON.stringify(maskRecord(received, seen, REJECT_ROOM)) };
}

const receivedOf = (record: RawRecord): unknown =>
  record.given ?? ("value" in record ? record.value : undefined);

/** The raw key as the checks read it, so that it can be taken out. */
function rawKeyOf(record: RawRecord): string | null {
  const value = "value" in record ? record.value : undefined;
  const key = isObject(value) ? value.key : undefined;
  const text = typeof key === "string" ? key.trim() : typeof key === "number" ? String(key) : "";
  return text === "" ? null : text;
}

/** The fields of a checked event under their names in the API, those without a value left out. */
function understoodOf(event: CheckedEvent): SourceSample["understood"] {
  const fields = {
    provider: event.provider === "" ? null : event.provider,
    pool: event.pool,
    consumer: event.consumer,
    model: event.model,
    operation: event.operation,
    method: event.method,
    route: event.route,
    region: event.region,
    status: event.status,
    outcome: outcomeOf(event.outcome),
    reason: event.reason,
    error_type: event.errorType,
    latency_ms: event.latencyMs,
    ttft_ms: event.ttftMs,
    retry_after_s: event.retryAfterS,
    cost_usd: event.costMicros === null ? null : event.costMicros / 1e6,
    input_tokens: event.inputTokens,
    output_tokens: event.outputTokens,
    cached_tokens: event.cachedTokens,
    request_bytes: event.requestBytes,
    response_bytes: event.responseBytes,
    attempt: event.attempt,
    stream: event.stream,
    cache_hit: event.cacheHit,
    client_ip: event.clientIp,
    user_agent: event.agent,
    tags: event.tags === null ? null : JSON.parse(event.tags),
    ratelimit: event.ratelimit === null ? null : unpackLimits(event.ratelimit),
  };
  return {
    time: new Date(event.at).toISOString(),
    key: { id: String(event.keyId), hint: event.hint, name: event.keyName },
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
  };
}
