/**
 * The place of an event among its key's: epoch ms in the upper bits, and in the lower 22 a slot, which the event id chooses.
 * Where another event of the key and millisecond has that slot, it is the next free one.
 */
const BITS = 22;
const SLOTS = 1 << BITS;
/** How far an event can stand from its own slot, itself included: so far it is looked for. */
export const MOMENT_REACH = 256;

const FIRST_TOO_HIGH = BigInt(SLOTS - MOMENT_REACH);
/** 2^63 is here: in the year 2039. */
const LAST_MS = 2 ** 41 - 1;

/** The moment of an event, if nothing else has it. `at` in epoch ms. */
export function momentOf(at: number, eventId: bigint): bigint {
  const slot = BigInt.asUintN(BITS, eventId);
  // All that an event can be moved to belongs to the same millisecond.
  const own = slot < FIRST_TOO_HIGH ? slot : slot - BigInt(MOMENT_REACH);
  return (BigInt(at) << BigInt(BITS)) + own;
}

/** The instant, epoch ms, of a moment that stands in bytes, the high one first; without a BigInt, since it is for millions. */
export function instantAt(bytes: Uint8Array & { readUInt32BE(at: number): number }, place: number): number {
  return bytes.readUInt32BE(place) * 2 ** (32 - BITS) + (bytes.readUInt32BE(place + 4) >>> BITS);
}

/** SQL of the first moment of an instant in epoch ms, given as a parameter such as `$1`. */
export const firstMomentSql = (parameter: string): string =>
  `(least(greatest(${parameter}::int8, 0), ${LAST_MS}) << ${BITS})`;

/** The first moment of an instant, epoch ms, as decimal text. */
export const firstMoment = (at: number): string => (BigInt(at) << BigInt(BITS)).toString();
