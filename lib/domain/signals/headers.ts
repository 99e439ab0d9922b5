import { ANTHROPIC_LIMITS } from "./anthropic";
import { lastItem, noteLegacy, noteRateLimit, policiesWithin } from "./ietf";
import { type LimitField, type LimitTable, noteLimit } from "./limits";
import { MISTRAL_LIMITS } from "./mistral";
import { OPENAI_LIMITS, openaiWindow } from "./openai";
import { readCount, readReset, readWaitS } from "./parse";

/** What the limit headers of an answer say, apart from the limits themselves. */
export interface HeaderFacts {
  /** `retry-after-ms`, else `Retry-After`, in seconds. */
  retryAfterS: number | null;
  /** The exception named by AWS. */
  amazonErrorType: string | null;
}

type Meaning =
  | { kind: "limit"; field: LimitField; name: string; window: string | null; refills?: true }
  | { kind: "legacy"; field: LimitField; window: string | null }
  | { kind: "retry_after" | "retry_after_ms" | "rate_limit" | "policy" | "amazon_error" };

/** Holds a limit of OpenAI's dialect until its window is worked out from all of its fields. */
const UNKNOWN_WINDOW = "?";
const MAX_HEADERS = 300;
const MAX_HEADER_NAME = 64;
const MAX_HEADER_VALUE = 2_000;
const FIELDS = [
  ["limit", "limit"],
  ["remaining", "remaining"],
  ["reset", "resetAt"],
] as const;
/** Suffixes of gateways such as Kong (`-minute`) and of Cerebras (`-requests-day`). */
const WINDOWS = { second: "1s", minute: "1m", hour: "1h", day: "1d", month: "31d" };

const SHORT_NAMES = new Map([
  ["rpm", { name: "requests", window: "1m" }],
  ["rpd", { name: "requests", window: "1d" }],
  ["tpm", { name: "tokens", window: "1m" }],
  ["tpd", { name: "tokens", window: "1d" }],
]);

/** Every header name that is understood; all others cost one lookup. */
const MEANINGS: ReadonlyMap<string, Meaning> = meanings();

const STATED = "x-ratelimit-limit-";
/** What a limit is called where it is stated without a header, as the header's suffix. */
const LIMIT_NAMES: ReadonlyMap<string, { name: string; window: string | null }> = new Map([
  ...[...MEANINGS].flatMap(([header, meaning]) =>
    header.startsWith(STATED) && meaning.kind === "limit"
      ? [[header.slice(STATED.length), { name: meaning.name, window: meaning.window }] as const]
      : [],
  ),
  ...SHORT_NAMES,
]);

/** Reads the limit headers among `headers` into `table`; names in any case, values as text or lists. */
export function readHeaders(headers: object, table: LimitTable, now: number): HeaderFacts {
  const facts: HeaderFacts = { retryAfterS: null, amazonErrorType: null };
  let inMilliseconds = false;
  let rateLimit = "";
  let policies = "";
  let count = 0;
  for (const [rawName, rawValue] of Object.entries(headers)) {
    count += 1;
    if (count > MAX_HEADERS) break;
    const meaning = meaningOf(rawName);
    if (meaning === undefined) continue;
    const value = textOf(rawValue);
    if (value === null) continue;
    switch (meaning.kind) {
      case "limit": {
        const item = lastItem(value);
        const stated = meaning.field === "resetAt" ? readReset(item, now) : readCount(item);
        noteLimit(
          table,
          meaning.name,
          meaning.refills ? UNKNOWN_WINDOW : meaning.window,
          meaning.field,
          stated,
        );
        break;
      }
      case "legacy":
        noteLegacy(table, meaning.field, value, meaning.window, now);
        if (meaning.field === "limit" && policies === "") policies = policiesWithin(value);
        break;
      case "retry_after":
        if (!inMilliseconds) facts.retryAfterS = readWaitS(value, now) ?? readWaitS(lastItem(value), now);
        break;
      case "retry_after_ms": {
        const milliseconds = readCount(lastItem(value));
        const waitS = milliseconds === null ? null : readWaitS(milliseconds / 1_000, now);
        if (waitS !== null) facts.retryAfterS = waitS;
        inMilliseconds = waitS !== null;
        break;
      }
      case "rate_limit":
        rateLimit = value;
        break;
      case "policy":
        policies = value;
        break;
      case "amazon_error":
        facts.amazonErrorType = value;
    }
  }
  if (rateLimit !== "" || policies !== "") noteRateLimit(table, rateLimit, policies, now);
  settleWindows(table, now);
  return facts;
}

/** What a limit's written name means in the headers' vocabulary (`requests`, `tokens-month`, `rpm`); null when unknown. */
export function limitNamed(name: string): { name: string; window: string | null } | null {
  if (name.length > MAX_HEADER_NAME) return null;
  const known = LIMIT_NAMES.get(name);
  if (known !== undefined) return known;
  const suffix = name.toLowerCase().replaceAll("_", "-");
  return SHORT_NAMES.get(suffix) ?? LIMIT_NAMES.get(suffix.replace("-per-", "-")) ?? null;
}

function settleWindows(table: LimitTable, now: number): void {
  for (const [key, limit] of [...table]) {
    if (limit.window !== UNKNOWN_WINDOW) continue;
    table.delete(key);
    const window = openaiWindow(limit, now);
    for (const [, field] of FIELDS) noteLimit(table, limit.name, window, field, limit[field]);
  }
}

function meaningOf(rawName: string): Meaning | undefined {
  if (rawName.length > MAX_HEADER_NAME) return undefined;
  const name = rawName.toLowerCase();
  const known = MEANINGS.get(name);
  if (known !== undefined) return known;
  // LiteLLM passes the provider's headers on under a prefix, and logs them with underscores.
  if (name.startsWith("llm_provider-")) return MEANINGS.get(name.slice("llm_provider-".length));
  return name.includes("_") ? MEANINGS.get(name.replaceAll("_", "-")) : undefined;
}

/** A header's value as text; a list is joined as HTTP would. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value.length <= MAX_HEADER_VALUE ? value : null;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value) || value.length === 0 || value.length > 20) return null;
  const texts = value.filter((item) => typeof item === "string");
  const joined = texts.join(", ");
  return joined === "" || joined.length > MAX_HEADER_VALUE ? null : joined;
}

function meanings(): Map<string, Meaning> {
  const map = new Map<string, Meaning>([
    ["retry-after", { kind: "retry_after" }],
    ["retry-after-ms", { kind: "retry_after_ms" }],
    ["x-ms-retry-after-ms", { kind: "retry_after_ms" }],
    ["ratelimit", { kind: "rate_limit" }],
    ["ratelimit-policy", { kind: "policy" }],
    ["x-amzn-errortype", { kind: "amazon_error" }],
  ]);
  for (const [word, field] of FIELDS) {
    for (const prefix of ["ratelimit", "x-ratelimit", "x-rate-limit"]) {
      map.set(`${prefix}-${word}`, { kind: "legacy", field, window: null });
      for (const [suffix, window] of Object.entries(WINDOWS)) {
        map.set(`${prefix}-${word}-${suffix}`, { kind: "legacy", field, window });
      }
    }
    for (const [suffix, name] of OPENAI_LIMITS) {
      map.set(`x-ratelimit-${word}-${suffix}`, { kind: "limit", field, name, window: null, refills: true });
      for (const [tail, window] of Object.entries(WINDOWS)) {
        map.set(`x-ratelimit-${word}-${suffix}-${tail}`, { kind: "limit", field, name, window });
      }
    }
    for (const [suffix, { name, window }] of MISTRAL_LIMITS) {
      map.set(`x-ratelimit-${word}-${suffix}`, { kind: "limit", field, name, window });
    }
  }
  for (const { header, name, field, window } of ANTHROPIC_LIMITS) {
    map.set(header, { kind: "limit", field: field === "reset" ? "resetAt" : field, name, window });
  }
  return map;
}
