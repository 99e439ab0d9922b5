import { DAY, HOUR, SECOND } from "@/lib/domain/usage/duration";
import { errorCount, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import { ceilBucket, floorBucket, type Range } from "@/lib/domain/usage/window";
import { startOfPeriod } from "@/lib/domain/usage/zone";
import { runtime } from "@/lib/runtime";
import { memo } from "../memo";
import { allUse } from "../usage/all-use";
import { readTotals } from "../usage/totals";
import type { SpanTotals, TodayDto } from "./schemas";

const BUCKET = 10 * SECOND;
/** What was yesterday, and what the hours were, hardly changes any more. */
const SETTLED_MS = 30_000;

/** Totals of the day so far in `zone`, of yesterday and of the day a week ago up to the same time. */
export async function readToday(zone: string, now: number): Promise<TodayDto> {
  const began = startOfPeriod("day", zone, now);
  const before = startOfPeriod("day", zone, began - 1);
  // Days have 23 to 25 hours: from the middle of a day its start is found for certain.
  const weekAgo = startOfPeriod("day", zone, began + 12 * HOUR - 7 * DAY);
  const [today, yesterday, lastWeek, hours] = await Promise.all([
    memo(`today ${began}`, async () => ({
      at: now,
      totals: toSpan(await allUse().totals({ from: began, to: ceilBucket(now + BUCKET, BUCKET) })),
    })),
    // Yesterday may have been an hour longer or shorter; its same time is as long after its own beginning.
    memo(
      `yesterday ${before} ${began}`,
      () => totalsOf({ from: before, to: Math.min(before + (now - began), began) }, now),
      SETTLED_MS,
    ),
    memo(
      `last week ${weekAgo} ${began}`,
      () => totalsOf({ from: weekAgo, to: weekAgo + Math.min(now - began, DAY) }, now),
      SETTLED_MS,
    ),
    memo("hours", () => hourly(now), SETTLED_MS),
  ]);
  return { at: today.at, began, today: today.totals, yesterday, last_week: lastWeek, hours };
}

async function totalsOf({ from, to }: Range, now: number): Promise<SpanTotals> {
  // Zones off the hour still begin their days on the 10 s grid.
  const range = { from: floorBucket(from, BUCKET), to: ceilBucket(to, BUCKET) };
  const totals = await readTotals(runtime().db.pool, range, now);
  return toSpan(totals.get(null) ?? zeroTotals());
}

async function hourly(now: number): Promise<SpanTotals[]> {
  const to = floorBucket(now, HOUR) + HOUR;
  const series = await allUse().series("1h", { from: to - DAY, to });
  return Array.from({ length: 24 }, (_, i) => toSpan(series.get(to - DAY + i * HOUR) ?? zeroTotals()));
}

function toSpan(totals: UsageTotals): SpanTotals {
  return {
    requests: totals.requests,
    errors: errorCount(totals),
    input_tokens: totals.inputTokens,
    output_tokens: totals.outputTokens,
    cost_micros: totals.costMicros,
  };
}
