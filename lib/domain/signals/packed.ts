import { ByteReader, ByteWriter } from "../bytes";
import type { StatedLimit } from "./types";

/** Names by code from 1 on, to which others may be added, 15 at most; code 0 is followed by the name itself. */
const NAMES = [
  "requests",
  "tokens",
  "input_tokens",
  "output_tokens",
  "project_tokens",
  "requests_per_day",
  "tokens_per_day",
  "requests_per_minute",
  "tokens_per_minute",
  "cost",
  "concurrency",
];
type Amount = "limit" | "remaining" | "reset_s";
const AMOUNTS: readonly Amount[] = ["limit", "remaining", "reset_s"];
/** The amounts are not all whole numbers from 0 on, and stand as doubles. */
const ODD = 8;

const isEven = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** Used again and again: one is packed at a time. */
const writer = new ByteWriter();

/**
 * The limits of an event's `ratelimit` field as they wait and as the database keeps them, a few bytes each: which amounts
 * there are, the name, the amounts. A string of one character a byte, which takes less memory than an array.
 */
export function packLimits(limits: readonly StatedLimit[]): string {
  const to = writer;
  to.length = 0;
  for (const limit of limits) {
    const code = NAMES.indexOf(limit.name) + 1;
    let head = code * 16;
    for (let bit = 0; bit < AMOUNTS.length; bit++) {
      const value = limit[AMOUNTS[bit] as Amount];
      if (value != null) head |= (1 << bit) | (isEven(value) ? 0 : ODD);
    }
    to.byte(head);
    if (code === 0) to.text(limit.name);
    for (const amount of AMOUNTS) {
      const value = limit[amount];
      if (value == null) continue;
      if (head & ODD) to.double(value);
      else to.whole(value);
    }
  }
  let packed = "";
  for (const byte of to.written) packed += String.fromCharCode(byte);
  return packed;
}

/** Reads what `packLimits` wrote; what was not stated is absent. Throws RangeError on anything else. */
export function unpackLimits(packed: string | Uint8Array): StatedLimit[] {
  const from = new ByteReader(
    typeof packed === "string" ? Uint8Array.from(packed, (char) => char.charCodeAt(0)) : packed,
  );
  const limits: StatedLimit[] = [];
  while (!from.ended) {
    const head = from.byte();
    const code = head >> 4;
    const name = code === 0 ? from.text() : NAMES[code - 1];
    if (name === undefined) throw new RangeError(`there is no limit of code ${code}`);
    const limit: StatedLimit = { name };
    AMOUNTS.forEach((amount, bit) => {
      if (head & (1 << bit)) limit[amount] = head & ODD ? from.double() : from.whole();
    });
    limits.push(limit);
  }
  return limits;
}

/** Reads the JSON of older versions: a list of `[name, limit, remaining, reset_s]`, cut off behind the last, or of objects. */
export function limitsOfJson(text: string): StatedLimit[] {
  const packed = JSON.parse(text) as (readonly [string, number?, number?, number?] | StatedLimit)[];
  return packed.map((entry) => {
    if (!isPacked(entry)) return entry;
    const [name, limit, remaining, reset_s] = entry;
    return {
      name,
      ...(limit == null ? {} : { limit }),
      ...(remaining == null ? {} : { remaining }),
      ...(reset_s == null ? {} : { reset_s }),
    };
  });
}

const isPacked = (
  entry: readonly [string, number?, number?, number?] | StatedLimit,
): entry is readonly [string, number?, number?, number?] => Array.isArray(entry);
