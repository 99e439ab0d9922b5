import type { Activity } from "../live/buckets";
import type { Range } from "../usage/window";

/** What a key's charts are compared with: nothing, the same stretch of time before, or other keys. */
export type Compare = { kind: "none" } | { kind: "previous" } | { kind: "keys"; ids: string[] };

/** More lines than this in one chart cannot be told apart. */
export const MOST_COMPARED = 4;

const PARAM = "compare";

/** Reads `compare=previous`, or `compare=<key id>` up to four times, of an address. The key itself is left out. */
export function parseCompare(params: { getAll(name: string): string[] }, own: string): Compare {
  const values = params.getAll(PARAM);
  if (values.includes("previous")) return { kind: "previous" };
  const ids = [...new Set(values)].filter((id) => /^[1-9]\d{0,15}$/.test(id) && id !== own);
  return ids.length === 0 ? { kind: "none" } : { kind: "keys", ids: ids.slice(0, MOST_COMPARED) };
}

export function withCompare(params: URLSearchParams, compare: Compare): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete(PARAM);
  if (compare.kind === "previous") next.set(PARAM, "previous");
  if (compare.kind === "keys") for (const id of compare.ids) next.append(PARAM, id);
  return next;
}

/** The stretch of the same length before a range, moved by whole steps so that its buckets lie under those of the range. */
export function previousRange({ from, to }: Range, stepMs: number): Range & { shift: number } {
  const shift = Math.max(1, Math.ceil((to - from) / stepMs)) * stepMs;
  return { from: from - shift, to: to - shift, shift };
}

/** A past activity as it lies under the present one. */
export function moved(activity: Activity, shift: number): Activity {
  return {
    ...activity,
    from: activity.from + shift,
    to: activity.to + shift,
    buckets: activity.buckets.map((bucket) => ({ ...bucket, at: bucket.at + shift })),
  };
}
