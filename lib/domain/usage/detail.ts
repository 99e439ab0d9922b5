import { ByteReader, type ByteWriter } from "../bytes";
import { limitsOfJson, unpackLimits } from "../signals/packed";
import type { StatedLimit } from "../signals/types";

/** What of an event is read only where it is shown; labels are ids of the dictionary. */
export interface EventDetail {
  operationId: number | null;
  methodId: number | null;
  regionId: number | null;
  agentId: number | null;
  errorTypeId: number | null;
  reasonId: number | null;
  ttftMs: number | null;
  retryAfterS: number | null;
  cachedTokens: number | null;
  requestBytes: number | null;
  responseBytes: number | null;
  attempt: number | null;
  stream: boolean | null;
  cacheHit: boolean | null;
  /** As packLimits packs them. */
  ratelimit: string | null;
}

export interface ReadDetail extends Omit<EventDetail, "ratelimit"> {
  ratelimit: StatedLimit[] | null;
}

/** Whole numbers, then others, each a bit of the head in this order. */
const WHOLE = [
  ...["operationId", "methodId", "regionId", "agentId", "errorTypeId", "reasonId", "cachedTokens"],
  ...["requestBytes", "responseBytes", "attempt"],
] as ("operationId" | "methodId" | "regionId" | "agentId" | "errorTypeId" | "reasonId" | "cachedTokens")[];
const OTHER = ["ttftMs", "retryAfterS"] as const;
/** Two bits each: absent, false, true. */
const SWITCHES = ["stream", "cacheHit"] as const;
const FIRST_SWITCH = WHOLE.length + OTHER.length;
const LIMITS = FIRST_SWITCH + 2 * SWITCHES.length;

const VERSION = 1;
const VERSIONS = 16;
/** Before version 1 it was JSON, which no version's first byte looks like. */
const BRACE = 0x7b;

/**
 * Writes the detail: 4 bits of version with 17 of what there is, and that, limits last. False, and nothing, for an event
 * that has none of it.
 */
export function writeDetail(detail: EventDetail, to: ByteWriter): boolean {
  let head = 0;
  WHOLE.forEach((name, bit) => {
    if (detail[name] !== null) head |= 1 << bit;
  });
  OTHER.forEach((name, i) => {
    if (detail[name] !== null) head |= 1 << (WHOLE.length + i);
  });
  SWITCHES.forEach((name, i) => {
    const value = detail[name];
    if (value !== null) head |= (value ? 2 : 1) << (FIRST_SWITCH + 2 * i);
  });
  if (detail.ratelimit !== null) head |= 1 << LIMITS;
  if (head === 0) return false;
  to.whole(head * VERSIONS + VERSION);
  for (const name of WHOLE) {
    const value = detail[name];
    if (value !== null) to.whole(value);
  }
  for (const name of OTHER) {
    const value = detail[name];
    if (value !== null) to.number(value);
  }
  if (detail.ratelimit !== null) to.binary(detail.ratelimit);
  return true;
}

/** Reads what `writeDetail` wrote, and what migrations made of older events; null is empty. Throws RangeError on anything else. */
export function readDetail(bytes: Uint8Array | null): ReadDetail {
  const detail = emptyDetail();
  if (bytes === null) return detail;
  if (bytes[0] === BRACE) {
    const { ratelimit, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Partial<EventDetail>;
    return { ...detail, ...rest, ratelimit: ratelimit == null ? null : limitsOfJson(ratelimit) };
  }
  const from = new ByteReader(bytes);
  const first = from.whole();
  const version = first % VERSIONS;
  if (version !== VERSION) throw new RangeError(`an event's detail has version ${version}, not ${VERSION}`);
  const head = Math.floor(first / VERSIONS);
  const has = (bit: number) => (head & (1 << bit)) !== 0;
  WHOLE.forEach((name, bit) => {
    if (has(bit)) detail[name] = from.whole();
  });
  OTHER.forEach((name, i) => {
    if (has(WHOLE.length + i)) detail[name] = from.number();
  });
  SWITCHES.forEach((name, i) => {
    const value = (head >> (FIRST_SWITCH + 2 * i)) & 3;
    if (value > 0) detail[name] = value === 2;
  });
  if (has(LIMITS)) detail.ratelimit = unpackLimits(from.rest());
  return detail;
}

const emptyDetail = (): ReadDetail => ({
  operationId: null,
  methodId: null,
  regionId: null,
  agentId: null,
  errorTypeId: null,
  reasonId: null,
  ttftMs: null,
  retryAfterS: null,
  cachedTokens: null,
  requestBytes: null,
  responseBytes: null,
  attempt: null,
  stream: null,
  cacheHit: null,
  ratelimit: null,
});
