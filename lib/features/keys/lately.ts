import { HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { metricValue } from "@/lib/domain/usage/metric";
import { sumTotals } from "@/lib/domain/usage/totals";
import { floorBucket } from "@/lib/domain/usage/window";
import { startOfPeriod } from "@/lib/domain/usage/zone";
import { runtime } from "@/lib/runtime";
import { readSeries, readTotals } from "../usage/totals";
import type { LatelyDto } from "./schemas";

const BUCKET = 10 * SECOND;

/** How keys did over the last hour and what they cost today in `zone`: two queries for any number of them. */
export async function readLately(
  keyIds: readonly number[],
  zone: string,
  now: number,
): Promise<Map<number, LatelyDto>> {
  const lately = new Map<number, LatelyDto>();
  if (keyIds.length === 0) return lately;
  const { pool } = runtime().db;
  const filter = { keyIds };
  const to = floorBucket(now, MINUTE) + MINUTE;
  const day = {
    from: floorBucket(startOfPeriod("day", zone, now), BUCKET),
    to: floorBucket(now, BUCKET) + BUCKET,
  };
  const on = { tier: "minute" as const, stepMs: MINUTE, from: to - HOUR, to };
  const [minutes, today] = await Promise.all([
    readSeries(pool, on, { filter, group: "key", latency: true }),
    readTotals(pool, day, now, { filter, group: "key" }),
  ]);
  for (const id of keyIds) {
    const points = minutes.get(String(id)) ?? new Map();
    const hour = sumTotals(points.values());
    lately.set(id, {
      requests: Array.from({ length: 60 }, (_, i) => points.get(on.from + i * MINUTE)?.requests ?? 0),
      error_rate: metricValue("error_rate", hour),
      latency_p95: metricValue("latency_p95", hour),
      cost_today_micros: today.get(String(id))?.costMicros ?? 0,
    });
  }
  return lately;
}
