/** The numbers up to here are seconds (41 days: a month and more), those above count minutes on from it. */
const MOST_SECONDS = 3_600_000;
/** What 22 bits hold: another 412 days. */
const MOST = 4_194_303;

/**
 * When a quota spent at `at` comes back at `resetAt`, both epoch ms, as a number from 1 to 2^22 - 1, so that it fits beside
 * an instant in 64 bits. Rounded up to whole seconds of the clock, or minutes past 41 days; a reset in the past is the next
 * second.
 */
export function packReset(at: number, resetAt: number): number {
  const seconds = Math.max(1, Math.ceil(resetAt / 1_000) - Math.floor(at / 1_000));
  return seconds <= MOST_SECONDS
    ? seconds
    : Math.min(MOST, MOST_SECONDS + Math.ceil((seconds - MOST_SECONDS) / 60));
}

/** The reset, epoch ms, that `packReset` packed. */
export function unpackReset(at: number, packed: number): number {
  const seconds = packed <= MOST_SECONDS ? packed : MOST_SECONDS + (packed - MOST_SECONDS) * 60;
  return (Math.floor(at / 1_000) + seconds) * 1_000;
}
