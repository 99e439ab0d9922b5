import type { LimitMetric } from "./limit";

/** What the keys of a group may use together: their limits on one metric in one window. */
export type LimitSum = {
  metric: LimitMetric;
  /** null where a provider's header named none. */
  window: string | null;
  /** Keys with such a limit. */
  keys: number;
  /** Of those, the keys that have used all of theirs. */
  spent: number;
  amount: number;
  used: number;
};

type Limited = {
  metric: LimitMetric;
  window: string | null;
  amount: number;
  used: number;
  used_fraction: number;
};

/**
 * The limits of many keys added up by metric and window. Of a key with several alike (one declared, one advertised) the
 * tightest counts, and nobody's use fills another's room: what a key used past its limit is not counted.
 */
export function sumLimits(keys: readonly (readonly Limited[])[]): LimitSum[] {
  const sums = new Map<string, LimitSum>();
  for (const limits of keys) {
    const tightest = new Map<string, Limited>();
    for (const limit of limits) {
      const id = `${limit.metric} ${limit.window}`;
      const known = tightest.get(id);
      if (known === undefined || limit.used_fraction > known.used_fraction) tightest.set(id, limit);
    }
    for (const [id, { metric, window, amount, used, used_fraction }] of tightest) {
      const sum = sums.get(id) ?? { metric, window, keys: 0, spent: 0, amount: 0, used: 0 };
      sums.set(id, sum);
      sum.keys += 1;
      sum.spent += used_fraction >= 1 ? 1 : 0;
      sum.amount += amount;
      sum.used += Math.min(used, amount);
    }
  }
  return [...sums.values()].sort(
    (a, b) => fraction(b) - fraction(a) || b.keys - a.keys || a.metric.localeCompare(b.metric),
  );
}

const fraction = ({ used, amount }: LimitSum) => (amount === 0 ? 1 : used / amount);
