import type pg from "pg";
import { notificationKind } from "@/lib/domain/alerting/notification";
import type { Rule } from "@/lib/domain/alerting/rule";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { metricValue, type TotalsMetric } from "@/lib/domain/usage/metric";
import { sumTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import { ceilBucket, floorBucket, TIER_MS, type Tier, type Window } from "@/lib/domain/usage/window";
import { startOfPeriod } from "@/lib/domain/usage/zone";
import type { Fleet } from "@/lib/features/rules/fleet";
import { isPercentile, needsCells, parseCell, readingOf, router } from "@/lib/features/rules/reading";
import { readSeries } from "@/lib/features/usage/totals";
import { log } from "@/lib/log";
import type { Change } from "./persist";

type Point = { at: number; value: number | null };

const POINTS = 24;
/** Messages beyond these come without a chart rather than late. */
const MOST_CHARTS = 40;

/**
 * Gives the changes that are worth a message the rule's value over the time before them, window by window as the rule
 * reads it. A chart is an extra: what cannot be read is left out.
 */
export async function addCharts(client: pg.Pool, fleet: Fleet, changes: readonly Change[]): Promise<void> {
  const told = changes.filter(isTold).slice(0, MOST_CHARTS);
  const groups = new Map<string, Change[]>();
  for (const change of told) {
    const { rule } = change.loaded;
    const name = JSON.stringify([rule.window, isPercentile(rule), needsCells(rule), atOf(change)]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [change]);
    else group.push(change);
  }
  for (const group of groups.values()) {
    try {
      await addToGroup(client, fleet, group);
    } catch (error) {
      log.warn({ err: error }, "The chart of a message could not be read");
    }
  }
}

function isTold({ loaded, stepped, series }: Change): boolean {
  if (series !== undefined || loaded.rule.channels.length === 0) return false;
  if (readingOf(loaded.rule) !== "tiers") return false;
  return stepped.effects.some((effect) => notificationKind(effect) !== null);
}

const atOf = ({ stepped }: Change): number => stepped.effects.at(-1)?.at ?? 0;

async function addToGroup(client: pg.Pool, fleet: Fleet, group: readonly Change[]): Promise<void> {
  const [first] = group;
  if (first === undefined || first.loaded.rule.window === null) return;
  const { rule } = first.loaded;
  const at = atOf(first);
  const { tier, spanMs } = shapeOf(first.loaded.rule.window);
  const size = TIER_MS[tier];
  const to = floorBucket(at, size) + size;
  const stepMs = ceilBucket(spanMs / POINTS, size);
  const ends = Array.from({ length: POINTS }, (_, i) => to - (POINTS - 1 - i) * stepMs);
  const from = floorBucket(beginOf(first.loaded.rule.window, ends[0] ?? to), size);
  const keyIds = [...new Set(group.flatMap((change) => keysOf(change, fleet)))];
  const series = await readSeries(
    client,
    { tier, from, to, stepMs: size },
    { filter: { keyIds }, group: needsCells(rule) ? "cell" : "key", latency: isPercentile(rule) },
  );
  for (const change of group) {
    const route = router(change.loaded.rule, fleet);
    const buckets: [number, UsageTotals][] = [];
    for (const [id, points] of series) {
      if (id === null || route(parseCell(id)) !== change.instance.scopeKey) continue;
      buckets.push(...points);
    }
    change.series = pointsOf(change.loaded.rule, buckets, ends, at);
  }
}

function keysOf({ loaded, instance }: Change, fleet: Fleet): readonly number[] {
  const members = fleet.members(loaded.rule.scope);
  return members.get(loaded.rule.scope.each === "consumer" ? "consumer" : instance.scopeKey) ?? [];
}

function pointsOf(
  rule: Rule,
  buckets: readonly [number, UsageTotals][],
  ends: readonly number[],
  at: number,
): Point[] {
  return ends.map((end) => {
    const begin = rule.window === null ? end : beginOf(rule.window, end);
    const inside = buckets.filter(([bucket]) => bucket >= begin && bucket < end).map(([, totals]) => totals);
    return { at: Math.min(end, at), value: metricValue(rule.metric as TotalsMetric, sumTotals(inside)) };
  });
}

const beginOf = (window: Window, end: number): number =>
  window.kind === "sliding" ? end - window.ms : startOfPeriod(window.period, window.zone, end - 1);

/** How far back a chart looks, and in what it counts: some hundred buckets at most. */
function shapeOf(window: Window): { tier: Tier; spanMs: number } {
  if (window.kind === "calendar") {
    return {
      hour: { tier: "minute" as const, spanMs: HOUR },
      day: { tier: "minute" as const, spanMs: DAY },
      month: { tier: "hour" as const, spanMs: 7 * DAY },
    }[window.period];
  }
  const spanMs = Math.min(Math.max(6 * window.ms, 240 * SECOND), 7 * DAY);
  if (window.ms <= 10 * MINUTE) return { tier: "10s", spanMs };
  return { tier: window.ms < 6 * HOUR ? "minute" : "hour", spanMs };
}
