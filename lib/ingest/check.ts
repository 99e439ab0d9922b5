import { eventHash, type KeyIdentity, type Keyring, keyIdentity, randomEventHash } from "@/lib/crypto";
import { packLimits } from "@/lib/domain/signals/packed";
import { readSignals } from "@/lib/domain/signals/signals";
import type { StatedLimit } from "@/lib/domain/signals/types";
import { hintOf, providerName, scrub, stripQuery } from "@/lib/domain/usage/key";
import { outcomeCode } from "@/lib/domain/usage/outcome";
import { checkTime, parseEventTime } from "@/lib/domain/usage/time";
import type { CheckedEvent } from "./event";
import {
  boolean,
  clientIp,
  FieldError,
  type Fields,
  faultOf,
  integer,
  isObject,
  label,
  number,
  type Safe,
  sent,
  status,
  stringMap,
} from "./fields";
import { tagsJson } from "./tags";

const INT4 = 2_147_483_647;
// Sums of one flush must stay below 2^53: see exactSum in statement.ts.
const MAX_BYTES = 1e11;
const MAX_USD = 1e5;
const MAX_MS = 1e9;
const MAX_KEY = 4096;
const MAX_TAGS = 20;
const MAX_HEADERS = 200;
const MAX_LIMITS = 50;
const MAX_ERROR = 8 * 1024;

interface KnownIdentity extends KeyIdentity {
  hint: string;
}

export interface CheckContext {
  ring: Keyring;
  sourceId: number;
  /** Arrival, epoch ms. */
  now: number;
  retentionDays: number;
  /** The request's Idempotency-Key. */
  idempotencyKey: string | null;
  /** Keys of this request by provider, then by raw key: one HMAC a key, gone with the request. */
  identities: Map<string, Map<string, KnownIdentity>>;
}

/**
 * Checks one native event by CONTRACT's field table. Unknown fields are ignored, null counts as absent.
 * Throws FieldError, naming the field and what is expected.
 */
export function checkEvent(raw: unknown, index: number, context: CheckContext): CheckedEvent {
  if (!isObject(raw)) throw new FieldError("", `expected an object, got ${sent(raw)}`);
  const rawKey = keyField(raw);
  const provider = label(raw, "provider", (text) => providerName(text, rawKey)) ?? "";
  const key = identify(context, provider, rawKey);
  const { hint } = key;
  const id = idField(raw, index, context.idempotencyKey);
  const timed = raw.time !== undefined && raw.time !== null;
  const at = timed ? timeField(raw.time, context) : context.now;
  const safe: Safe = (text) => scrub(text, rawKey, hint);
  const text = (name: string): string | null => label(raw, name, safe);
  const route = text("route");
  const tags = stringMap(raw, "tags", MAX_TAGS, safe);
  const ratelimit = ratelimitField(raw, safe);
  const headers = stringMap(raw, "response_headers", MAX_HEADERS, safe);
  const errorType = text("error_type");
  const retryAfterS = number(raw, "retry_after_s", 1e9);
  const httpStatus = status(raw);
  const signals = readSignals(
    {
      provider: provider === "" ? null : provider,
      status: httpStatus,
      responseHeaders: headers === null ? null : Object.fromEntries(headers),
      error: errorField(raw),
      errorType,
      retryAfterS,
      ratelimit,
    },
    at,
  );
  const cost = number(raw, "cost_usd", MAX_USD);
  const attempt = integer(raw, "attempt", Number.MAX_SAFE_INTEGER);
  return {
    keyId: key.id,
    fingerprint: key.fingerprint,
    provider,
    hint,
    keyName: text("key_name"),
    pool: text("pool"),
    at,
    eventId: id === null ? randomEventHash() : eventHash(context.sourceId, id),
    receipt: id !== null && !timed,
    named: id !== null,
    consumer: text("consumer"),
    model: text("model"),
    operation: text("operation"),
    method: text("method"),
    route: route === null ? null : stripQuery(route),
    region: text("region"),
    agent: text("user_agent"),
    errorType,
    reason: signals.reason,
    status: httpStatus,
    outcome: outcomeCode(signals.outcome),
    latencyMs: number(raw, "latency_ms", MAX_MS),
    ttftMs: number(raw, "ttft_ms", MAX_MS),
    retryAfterS: signals.retryAfterS ?? retryAfterS,
    costMicros: cost === null ? null : Math.round(cost * 1e6),
    inputTokens: integer(raw, "input_tokens", INT4),
    outputTokens: integer(raw, "output_tokens", INT4),
    cachedTokens: integer(raw, "cached_tokens", INT4),
    requestBytes: integer(raw, "request_bytes", MAX_BYTES),
    responseBytes: integer(raw, "response_bytes", MAX_BYTES),
    attempt: attempt === null ? null : Math.min(attempt, 32_767),
    stream: boolean(raw, "stream"),
    cacheHit: boolean(raw, "cache_hit"),
    clientIp: clientIp(raw),
    tags: tags === null ? null : tagsJson(tags, safe),
    ratelimit: ratelimit === null ? null : packLimits(ratelimit),
    quotaResetAt: signals.quotaResetAt,
    limits: signals.limits,
  };
}

function identify({ ring, identities }: CheckContext, provider: string, rawKey: string): KnownIdentity {
  let keys = identities.get(provider);
  if (keys === undefined) {
    keys = new Map();
    identities.set(provider, keys);
  }
  const known = keys.get(rawKey);
  if (known !== undefined) return known;
  const { id, fingerprint } = keyIdentity(ring, provider, rawKey);
  const identity = { id, fingerprint, hint: hintOf(rawKey) };
  keys.set(rawKey, identity);
  return identity;
}

function keyField(raw: Fields): string {
  const value = raw.key;
  if (value === undefined || value === null)
    throw new FieldError("key", "is required: the API key or a stable name for it");
  if (typeof value !== "string") throw new FieldError("key", `expected a string, got ${sent(value)}`);
  const key = value.trim();
  if (key === "") throw new FieldError("key", "expected at least one character that is not a space");
  if (key.length > MAX_KEY)
    throw new FieldError("key", `expected at most ${MAX_KEY} characters, got ${key.length}`);
  return key;
}

function idField(raw: Fields, index: number, idempotencyKey: string | null): string | null {
  const value = raw.id;
  if (value === undefined || value === null)
    return idempotencyKey === null ? null : `${idempotencyKey}/${index}`;
  if (typeof value !== "string" || value === "" || value.length > 200) {
    throw new FieldError("id", "expected a string of 1 to 200 characters");
  }
  return value;
}

function timeField(value: unknown, context: CheckContext): number {
  const time = parseEventTime(value);
  if (!time.ok) throw new FieldError("time", time.message);
  const problem = checkTime(time.at, context.now, context.retentionDays);
  if (problem !== null) throw new FieldError("time", problem);
  return time.at;
}

function errorField(raw: Fields): unknown {
  const value = raw.error;
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" && !isObject(value)) {
    throw new FieldError("error", `expected a string or an object, got ${sent(value)}`);
  }
  const size = typeof value === "string" ? Buffer.byteLength(value) : sizeOf(value);
  if (size > MAX_ERROR) throw new FieldError("error", `expected at most 8 KiB, got ${size} bytes`);
  return value;
}

function sizeOf(error: Fields): number {
  try {
    return Buffer.byteLength(JSON.stringify(error));
  } catch (cause) {
    throw new FieldError("error", `expected at most 8 KiB: ${faultOf(cause).message}`);
  }
}

function ratelimitField(raw: Fields, safe: Safe): StatedLimit[] | null {
  const value = raw.ratelimit;
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw new FieldError("ratelimit", `expected an array, got ${sent(value)}`);
  if (value.length > MAX_LIMITS) throw new FieldError("ratelimit", `expected at most ${MAX_LIMITS} entries`);
  return value.map((entry: unknown, i) => {
    const path = `ratelimit.${i}`;
    if (!isObject(entry)) throw new FieldError(path, `expected an object, got ${sent(entry)}`);
    const name = label(entry, "name", safe);
    if (name === null) throw new FieldError(`${path}.name`, "is required: requests, tokens …");
    const amount = (field: string): number | null => {
      const given = entry[field];
      if (given === undefined || given === null) return null;
      // Providers do say -1 for "not known", so negative numbers pass here and mean nothing later.
      if (typeof given !== "number" || !Number.isFinite(given)) {
        throw new FieldError(`${path}.${field}`, `expected a number, got ${sent(given)}`);
      }
      return given;
    };
    const limit: StatedLimit = { name };
    for (const field of ["limit", "remaining", "reset_s"] as const) {
      const given = amount(field);
      if (given !== null) limit[field] = given;
    }
    return limit;
  });
}
