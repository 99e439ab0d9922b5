import type { Activity, ActivityBucket } from "@/lib/domain/live/buckets";
import type { CallFilters } from "@/lib/domain/usage/call-filter";
import { isOutcome, OUTCOMES, outcomeCode } from "@/lib/domain/usage/outcome";
import { STEP_MS } from "@/lib/domain/usage/steps";
import { floorBucket, type Range } from "@/lib/domain/usage/window";
import { memo } from "../memo";
import { getUsage } from "../usage/series";
import { chartStep } from "./activity";

const MEASURES = [
  "input_tokens",
  "output_tokens",
  "cost_usd",
  "latency_p50",
  "latency_p95",
  "latency_p99",
] as const;

/**
 * The use of a key by some of its calls only, in steps that a chart can draw: what GET /usage says of them. Cached tokens
 * are not told apart. Throws `invalid` where the range is older than what the filter looks at.
 */
export function readFilteredActivity(
  keyId: number,
  { from, to }: Range,
  now: number,
  { filters, mostPoints }: { filters: CallFilters; mostPoints: number },
): Promise<Activity> {
  const step = chartStep({ from, to }, now, mostPoints);
  const begins = floorBucket(from, STEP_MS[step]);
  const query = { ...filters, key: [String(keyId)], step, from: String(begins), to: String(to) };
  return memo(`filtered ${JSON.stringify({ ...query, to: floorBucket(to, 1_000) })}`, async () => {
    const [outcomes, measures] = await Promise.all([
      getUsage({ ...query, metric: ["requests"], group_by: "outcome" }, now),
      getUsage({ ...query, metric: [...MEASURES] }, now),
    ]);
    const buckets = new Map<number, ActivityBucket>();
    const at = (time: number): ActivityBucket => {
      const known = buckets.get(time);
      if (known !== undefined) return known;
      const made: ActivityBucket = {
        at: time,
        outcomes: OUTCOMES.map(() => 0),
        input_tokens: 0,
        cached_tokens: 0,
        output_tokens: 0,
        cost_micros: 0,
        p50: null,
        p95: null,
        p99: null,
      };
      buckets.set(time, made);
      return made;
    };
    for (const { group, points } of outcomes.series) {
      const code = isOutcome(group) ? outcomeCode(group) : -1;
      for (const [time, value] of points) if (value) at(time).outcomes[code] = value;
    }
    const fields = {
      input_tokens: (bucket: ActivityBucket, value: number) => (bucket.input_tokens = value),
      output_tokens: (bucket: ActivityBucket, value: number) => (bucket.output_tokens = value),
      cost_usd: (bucket: ActivityBucket, value: number) => (bucket.cost_micros = Math.round(value * 1e6)),
      latency_p50: (bucket: ActivityBucket, value: number) => (bucket.p50 = value),
      latency_p95: (bucket: ActivityBucket, value: number) => (bucket.p95 = value),
      latency_p99: (bucket: ActivityBucket, value: number) => (bucket.p99 = value),
    };
    for (const { metric, points } of measures.series) {
      const set = fields[metric as keyof typeof fields];
      for (const [time, value] of points) if (value) set(at(time), value);
    }
    return {
      at: now,
      from: begins,
      to,
      step_ms: STEP_MS[step],
      buckets: [...buckets.values()].sort((a, b) => a.at - b.at),
    };
  });
}
