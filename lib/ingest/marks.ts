import { outcomeCode } from "@/lib/domain/usage/outcome";
import { packReset } from "@/lib/domain/usage/reset-mark";
import { plainArray } from "./array";
import type { CheckedEvent } from "./event";

const SUCCESS = outcomeCode("success");
const RATE_LIMITED = outcomeCode("rate_limited");
const QUOTA_EXHAUSTED = outcomeCode("quota_exhausted");

/** Beside an instant a mark holds 22 bits: seconds of a delay, or a reset as `packReset` packs it. */
const SHIFT = 4_194_304n;
const MOST = 4_194_303;

/**
 * What a batch says of a key's status. A mark packs an instant with a small number, so that the greatest keeps both of
 * the latest event in whatever order events arrive.
 */
export interface KeyMarks {
  keyId: number;
  latest: number;
  lastSuccessAt: number | null;
  rateLimited: bigint;
  quota: bigint;
}

/** The marks of every key of a batch. */
export function marksOf(events: readonly CheckedEvent[]): KeyMarks[] {
  const marks = new Map<number, KeyMarks>();
  for (const event of events) {
    let mark = marks.get(event.keyId);
    if (mark === undefined) {
      mark = { keyId: event.keyId, latest: 0, lastSuccessAt: null, rateLimited: 0n, quota: 0n };
      marks.set(event.keyId, mark);
    }
    const latest = event.at * 8 + event.outcome;
    if (latest > mark.latest) mark.latest = latest;
    if (event.outcome === SUCCESS) {
      if (mark.lastSuccessAt === null || event.at > mark.lastSuccessAt) mark.lastSuccessAt = event.at;
    } else if (event.outcome === RATE_LIMITED) {
      const found = packed(event.at, Math.ceil(event.retryAfterS ?? 0));
      if (found > mark.rateLimited) mark.rateLimited = found;
    } else if (event.outcome === QUOTA_EXHAUSTED) {
      const { quotaResetAt, at } = event;
      // 0 means that the reset is not known.
      const found = packed(at, quotaResetAt === null ? 0 : packReset(at, quotaResetAt));
      if (found > mark.quota) mark.quota = found;
    }
  }
  return [...marks.values()];
}

const packed = (at: number, small: number): bigint => BigInt(at) * SHIFT + BigInt(Math.min(small, MOST));

/** The marks as columns, in the order of MARK_COLUMNS. */
export const markColumns = (marks: readonly KeyMarks[]): Buffer[] => [
  plainArray("int8", marks, (mark) => mark.keyId),
  plainArray("int8", marks, (mark) => mark.latest),
  plainArray("int8", marks, (mark) => mark.lastSuccessAt),
  plainArray("int8", marks, (mark) => mark.rateLimited),
  plainArray("int8", marks, (mark) => mark.quota),
];

/** Names and types of the columns. */
export const MARK_COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ["key_id", "int8"],
  ["latest_mark", "int8"],
  ["last_success_at", "int8"],
  ["rate_limited_mark", "int8"],
  ["quota_mark", "int8"],
];
