import type { StatedLimit } from "./types";

/**
 * The limits of an event's `ratelimit` field as the database keeps them: a JSON list of `[name, limit, remaining, reset_s]`,
 * cut off behind the last that was stated. A quarter of what the objects take, in every event.
 */
export function packLimits(limits: readonly StatedLimit[]): string {
  return JSON.stringify(
    limits.map(({ name, limit = null, remaining = null, reset_s = null }) => {
      const packed = [name, limit, remaining, reset_s];
      while (packed.at(-1) === null) packed.pop();
      return packed;
    }),
  );
}

/** Reads what `packLimits` wrote; what was not stated is absent. Throws SyntaxError on anything but JSON. */
export function unpackLimits(text: string): StatedLimit[] {
  const packed = JSON.parse(text) as (readonly [string, number?, number?, number?] | StatedLimit)[];
  return packed.map((entry) => {
    // Events of older versions hold the objects themselves.
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
