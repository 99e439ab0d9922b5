import { HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { metricValue } from "@/lib/domain/usage/metric";
import { zeroTotals } from "@/lib/domain/usage/totals";
import { ceilBucket, floorBucket } from "@/lib/domain/usage/window";
import { startOfPeriod } from "@/lib/domain/usage/zone";
import { runtime } from "@/lib/runtime";
import { memo } from "../memo";
import { readTotals } from "../usage/totals";
import type { LatelyDto } from "./schemas";

const BUCKET = 10 * SECOND;

/** A key's last hour and its day, in numbers. */
export type KeyFigures = Omit<LatelyDto, "requests"> & { requests: number };

/** The figures of every key that was used, in `zone`'s day: two queries for all, shared and kept a while when slow. */
export function readFigures(zone: string, now: number): Promise<ReadonlyMap<number, KeyFigures>> {
  return memo(`key figures ${zone}`, async () => {
    const { pool } = runtime().db;
    const to = ceilBucket(now + 1, BUCKET);
    const hour = { from: floorBucket(now, MINUTE) + MINUTE - HOUR, to };
    const day = { from: floorBucket(startOfPeriod("day", zone, now), BUCKET), to };
    const [lately, today] = await Promise.all([
      readTotals(pool, hour, now, { group: "key", latency: true }),
      readTotals(pool, day, now, { group: "key" }),
    ]);
    const ids = new Set([...lately.keys(), ...today.keys()]);
    return new Map(
      [...ids].map((id) => {
        const totals = lately.get(id) ?? zeroTotals();
        const figures: KeyFigures = {
          requests: totals.requests,
          error_rate: metricValue("error_rate", totals),
          latency_p95: metricValue("latency_p95", totals),
          cost_today_micros: today.get(id)?.costMicros ?? 0,
        };
        return [Number(id), figures];
      }),
    );
  });
}
