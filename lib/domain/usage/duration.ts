export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const PATTERN = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;
const UNITS = [
  ["d", DAY],
  ["h", HOUR],
  ["m", MINUTE],
  ["s", SECOND],
] as const;

/**
 * A written duration in ms: "10s", "5m", "24h", "31d", or units together from the largest down ("1h30m").
 * `min` and `max` (ms) are inclusive. Throws RangeError with a message that says what is expected.
 */
export function parseDuration(text: string, bounds: { min?: number; max?: number } = {}): number {
  const match = text === "" ? null : PATTERN.exec(text);
  if (match === null) {
    throw new RangeError(
      'must be a duration in whole seconds, minutes, hours or days, such as "30s", "5m" or "24h"',
    );
  }
  let ms = 0;
  for (const [index, [, size]] of UNITS.entries()) ms += Number(match[index + 1] ?? 0) * size;
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (ms < min) throw new RangeError(`must be at least ${formatDuration(min)}`);
  if (ms > max) throw new RangeError(`must be at most ${formatDuration(max)}`);
  return ms;
}

/** The shortest exact writing in one unit: 90 s is "90s", 60 s is "1m". Whole seconds only. */
export function formatDuration(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms % SECOND !== 0) {
    throw new RangeError(`a duration must be in whole seconds, got ${ms} ms`);
  }
  if (ms === 0) return "0s";
  for (const [letter, size] of UNITS) {
    if (ms % size === 0) return `${ms / size}${letter}`;
  }
  return `${ms / SECOND}s`;
}
