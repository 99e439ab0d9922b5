import type { Point } from "../usage/steps";

/** What one value of a dimension (a model, a route, a consumer …) had of the whole. */
export type Share = { name: string | null; requests: number; errors: number; cost: number; fraction: number };

type Series = { metric: string; group: string | null; points: readonly Point[] };

/** Sums grouped series of `requests`, `errors` and `cost_usd` up to a share each, the most requests first. */
export function sharesOf(series: readonly Series[]): Share[] {
  const byName = new Map<string | null, Share>();
  for (const { metric, group, points } of series) {
    const share = byName.get(group) ?? { name: group, requests: 0, errors: 0, cost: 0, fraction: 0 };
    byName.set(group, share);
    const sum = points.reduce((total, [, value]) => total + (value ?? 0), 0);
    if (metric === "requests") share.requests += sum;
    if (metric === "errors") share.errors += sum;
    if (metric === "cost_usd") share.cost += sum;
  }
  const shares = [...byName.values()].filter(({ requests }) => requests > 0);
  const whole = shares.reduce((total, { requests }) => total + requests, 0);
  for (const share of shares) share.fraction = share.requests / whole;
  return shares.sort((a, b) => b.requests - a.requests);
}
