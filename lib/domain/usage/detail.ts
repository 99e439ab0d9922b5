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

type Whole =
  | ("operationId" | "methodId" | "regionId" | "agentId" | "errorTypeId" | "reasonId" | "cachedTokens")
  | ("requestBytes" | "responseBytes" | "attempt");
type Other = "ttftMs" | "retryAfterS";
type Switch = "stream" | "cacheHit";
/** Whole numbers, then others, each a bit of the head in this order. */
const WHOLE = [
  ...["operationId", "methodId", "regionId", "agentId", "errorTypeId", "reasonId", "cachedTokens"],
  ...["requestBytes", "responseBytes", "attempt"],
] as Whole[];
const OTHER: readonly Other[] = ["ttftMs", "retryAfterS"];
/** Two bits each: absent, false, true. */
const SWITCHES: readonly Switch[] = ["stream", "cacheHit"];
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
  const whole = wholeOf(detail);
  const other = [detail.ttftMs, detail.retryAfterS];
  const switches = [detail.stream, detail.cacheHit];
  let head = detail.ratelimit === null ? 0 : 1 << LIMITS;
  for (let i = 0; i < whole.length; i++) if (whole[i] !== null) head |= 1 << i;
  for (let i = 0; i < other.length; i++) if (other[i] !== null) head |= 1 << (whole.length + i);
  for (let i = 0; i < switches.length; i++)
    if (switches[i] !== null) head |= (switches[i] ? 2 : 1) << (FIRST_SWITCH + 2 * i);
  if (head === 0) return false;
  to.whole(head * VERSIONS + VERSION);
  for (const value of whole) if (value !== null) to.whole(value);
  for (const value of other) if (value !== null) to.number(value);
  if (detail.ratelimit !== null) to.binary(detail.ratelimit);
  return true;
}

/** In the order of WHOLE: by name one after the other would take three times as long, and it is for every event. */
const wholeOf = (detail: EventDetail): (number | null)[] => [
  detail.operationId,
  detail.methodId,
  detail.regionId,
  detail.agentId,
  detail.errorTypeId,
  detail.reasonId,
  detail.cachedTokens,
  detail.requestBytes,
  detail.responseBytes,
  detail.attempt,
];

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
