import type { ChartRow } from "@/lib/domain/charts/time-series";

type ValueKey = (row: ChartRow) => number | null;

const values: ValueKey[] = [];
const wholes: ValueKey[] = [];

/**
 * Reads a series' value of a row. It is the same function each time: a series that Recharts is given another one for is
 * drawn an extra time, with what was there before.
 */
export function valueKey(index: number): ValueKey {
  values[index] ??= (row) => row.values[index] ?? null;
  return values[index];
}

/** The same, of whole buckets only. */
export function wholeKey(index: number): ValueKey {
  wholes[index] ??= (row) => (row.partial ? null : (row.values[index] ?? null));
  return wholes[index];
}

/** Reads whichever value of a row is known. */
export const anyKey: ValueKey = (row) => row.values.find((value) => value !== null) ?? null;
