import type pg from "pg";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import {
  type Expiry,
  type Limit,
  type LimitMetric,
  type LimitOrigin,
  type LimitUsage,
  limitRange,
  limitUsage,
  projectedFraction,
  type Rate,
  runsOutBeforeReset,
  secondsToExhaustion,
} from "@/lib/domain/usage/limit";
import { metricValue } from "@/lib/domain/usage/metric";
import { type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import { floorBucket, formatWindow, parseWindow, type Window } from "@/lib/domain/usage/window";
import { readSeries, readTotals } from "../usage/totals";

/** A key's limit with what is used of it. Instants in epoch ms, amounts in the metric's unit. */
export interface MeasuredLimit extends LimitUsage {
  id: string;
  keyId: number;
  origin: LimitOrigin;
  metric: LimitMetric;
  /** As `parseWindow` reads it; null where a provider did not say over which time. */
  window: string | null;
  timeZone: string;
  /** At the current rate; null when it never will, or when traffic is too sparse to tell. */
  secondsToExhaustion: number | null;
  /** The fraction used when it resets, at the current rate; null when traffic is too sparse. */
  projectedFraction: number | null;
  runsOutBeforeReset: boolean;
  /** Of an advertised limit: when the provider said it last. */
  observedAt: number | null;
  createdAt: number;
  updatedAt: number;
}

interface LimitRow {
  id: string;
  key_id: number;
  origin: LimitOrigin;
  metric: LimitMetric;
  amount: number;
  window: string;
  time_zone: string;
  remaining: number | null;
  resets_at: number | null;
  observed_at: number | null;
  created_at: number;
  updated_at: number;
}

/** A row with its window understood, and the provider's own word on its use while that counts. */
interface Understood {
  row: LimitRow;
  limit: Limit;
  windowKnown: boolean;
  told: number | null;
}

type Series = Map<string | null, Map<number, UsageTotals>>;
type Totals = Map<string | null, UsageTotals>;

/** Current rates, and the use of windows this short, come from one read of 10 s buckets. */
const RECENT_MS = 10 * MINUTE;
export const RATE_MS = 5 * MINUTE;
const MIN_RATE_SPAN_MS = MINUTE;
/** How long a provider's word counts that came without a reset and without a window. */
const TOLD_FOR_MS = MINUTE;

/** The limits of keys with what is used of each, by key; keys without limits are absent. A handful of queries in all. */
export async function measureLimits(
  client: pg.Pool | pg.ClientBase,
  keyIds: readonly number[],
  now: number,
): Promise<Map<number, MeasuredLimit[]>> {
  if (keyIds.length === 0) return new Map();
  const { rows } = await client.query<LimitRow>(
    `SELECT id, key_id, origin, metric, amount, "window", time_zone, remaining, resets_at, observed_at, created_at, updated_at
       FROM key_limit WHERE key_id = ANY($1::int8[]) ORDER BY key_id, metric, "window", origin`,
    [keyIds],
  );
  const limits = rows.map((row) => understand(row, now));
  const use = await readUse(client, limits, now);
  const measured = new Map<number, MeasuredLimit[]>();
  for (const limit of limits) {
    const list = measured.get(limit.row.key_id) ?? [];
    list.push(measure(limit, use, now));
    measured.set(limit.row.key_id, list);
  }
  return measured;
}

/** A limit as it counts stored use: without a provider's word on what remains, which is known for now only. */
export interface CountedLimit {
  metric: LimitMetric;
  amount: number;
  window: Window;
}

/** The limits that keys have now, by key, as far as their windows are known; those that providers advertise or not. */
export async function countedLimits(
  client: pg.Pool | pg.ClientBase,
  keyIds: readonly number[],
  { advertised }: { advertised: boolean } = { advertised: true },
): Promise<Map<number, CountedLimit[]>> {
  const { rows } = await client.query<
    Pick<LimitRow, "key_id" | "metric" | "amount" | "window" | "time_zone">
  >(
    `SELECT key_id, metric, amount, "window", time_zone FROM key_limit
      WHERE key_id = ANY($1::int8[]) AND ($2 OR origin <> 'advertised')`,
    [keyIds, advertised],
  );
  const found = new Map<number, CountedLimit[]>();
  for (const row of rows) {
    const window = windowOf(row);
    if (window === null) continue;
    const list = found.get(row.key_id) ?? [];
    list.push({ metric: row.metric, amount: row.amount, window });
    found.set(row.key_id, list);
  }
  return found;
}

/** The limit that is nearest to its end: the highest used fraction. Undefined without limits. */
export function tightestLimit(limits: readonly MeasuredLimit[]): MeasuredLimit | undefined {
  return limits.reduce<MeasuredLimit | undefined>(
    (tightest, limit) =>
      tightest === undefined || limit.usedFraction > tightest.usedFraction ? limit : tightest,
    undefined,
  );
}

/** Seconds until the first of the limits is used up before it resets; null when none will be, as far as can be told. */
export function firstExhaustion(limits: readonly MeasuredLimit[]): number | null {
  const seconds = limits.flatMap((limit) =>
    limit.runsOutBeforeReset && limit.secondsToExhaustion !== null ? [limit.secondsToExhaustion] : [],
  );
  return seconds.length === 0 ? null : Math.min(...seconds);
}

/** What a rule on limits reads of them; null without limits. */
export function limitValue(
  name: "limit_used" | "seconds_to_exhaustion",
  limits: readonly MeasuredLimit[],
): number | null {
  if (limits.length === 0) return null;
  if (name === "seconds_to_exhaustion") return firstExhaustion(limits);
  return Math.max(...limits.map(({ usedFraction }) => usedFraction));
}

function understand(row: LimitRow, now: number): Understood {
  const window = windowOf(row);
  const limit: Limit = {
    metric: row.metric,
    amount: row.amount,
    window: window ?? { kind: "sliding", ms: TOLD_FOR_MS },
    resetsAt: row.resets_at,
  };
  const slidingMs = window?.kind === "sliding" ? window.ms : TOLD_FOR_MS;
  const countsUntil = row.resets_at ?? (row.observed_at ?? 0) + slidingMs;
  const told =
    row.origin === "advertised" && row.remaining !== null && now < countsUntil
      ? Math.max(0, row.amount - row.remaining)
      : null;
  return { row, limit, windowKnown: window !== null, told };
}

/** Providers name windows that rules could not have (a second, 45 minutes and a half): those count as not known. */
function windowOf(row: Pick<LimitRow, "window" | "time_zone">): Window | null {
  try {
    return parseWindow(row.window, row.time_zone);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Use {
  recent: Series;
  /** By `windowId`. */
  totals: Map<string, Totals>;
  chunks: Map<string, Series>;
}

const windowId = (window: Window) =>
  window.kind === "sliding" ? formatWindow(window) : `${formatWindow(window)} ${window.zone}`;

export const isShort = (window: Window) => window.kind === "sliding" && window.ms <= RECENT_MS;

async function readUse(
  client: pg.Pool | pg.ClientBase,
  limits: readonly Understood[],
  now: number,
): Promise<Use> {
  const use: Use = { recent: new Map(), totals: new Map(), chunks: new Map() };
  if (limits.length === 0) return use;
  const filterOf = (list: readonly Understood[]) => ({
    filter: { keyIds: [...new Set(list.map(({ row }) => row.key_id))] },
    group: "key" as const,
  });
  const to = floorBucket(now, 10 * SECOND) + 10 * SECOND;
  const recent = { tier: "10s" as const, stepMs: 10 * SECOND, from: to - RECENT_MS, to };
  const reads: Promise<void>[] = [
    readSeries(client, recent, filterOf(limits)).then((series) => {
      use.recent = series;
    }),
  ];
  const long = limits.filter(({ told, windowKnown, limit }) => {
    return told === null && windowKnown && !isShort(limit.window);
  });
  const byWindow = new Map<string, Understood[]>();
  for (const one of long) {
    const id = windowId(one.limit.window);
    const list = byWindow.get(id);
    if (list === undefined) byWindow.set(id, [one]);
    else list.push(one);
  }
  for (const [id, list] of byWindow) {
    const limit = list[0]?.limit;
    if (limit === undefined) continue;
    const range = limitRange(limit, now);
    reads.push(
      readTotals(client, range, now, filterOf(list)).then((totals) => void use.totals.set(id, totals)),
    );
    if (limit.window.kind === "sliding") {
      const on = { ...range, ...chunkOf(limit.window.ms) };
      reads.push(readSeries(client, on, filterOf(list)).then((series) => void use.chunks.set(id, series)));
    }
  }
  await Promise.all(reads);
  return use;
}

/** How coarsely the draining of a long sliding window is looked at: 60 chunks or fewer. */
export function chunkOf(windowMs: number): { tier: "minute" | "hour"; stepMs: number } {
  const stepMs =
    [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR].find((step) => windowMs / step <= 60) ?? DAY;
  return { tier: stepMs < HOUR ? "minute" : "hour", stepMs };
}

function measure({ row, limit, windowKnown, told }: Understood, use: Use, now: number): MeasuredLimit {
  const group = String(row.key_id);
  const recent = use.recent.get(group) ?? new Map<number, UsageTotals>();
  const { window } = limit;
  const amountOf = (totals: UsageTotals) => metricValue(row.metric, totals) ?? 0;
  const spentIn = (buckets: Iterable<readonly [number, UsageTotals]>): Spent[] =>
    Array.from(buckets, ([bucket, totals]) => ({
      bucket,
      amount: amountOf(totals),
      requests: totals.requests,
    }));
  const rate = rateOf(spentIn(recent), now);

  let used = told ?? 0;
  let expiring: Expiry[] | undefined;
  if (told === null && windowKnown) {
    if (window.kind === "sliding" && isShort(window)) {
      const { from } = limitRange(limit, now);
      const inside = [...recent].filter(([bucket]) => bucket >= from);
      used = inside.reduce((sum, [, totals]) => sum + amountOf(totals), 0);
      expiring = expiries(spentIn(inside), window.ms, now);
    } else {
      used = amountOf(use.totals.get(windowId(window))?.get(group) ?? zeroTotals());
      if (window.kind === "sliding") {
        const { stepMs } = chunkOf(window.ms);
        const chunks = use.chunks.get(windowId(window))?.get(group) ?? [];
        expiring = expiries(spentIn(chunks), window.ms + stepMs - 10 * SECOND, now);
      }
    }
  }

  const seconds = secondsToExhaustion({
    used,
    amount: limit.amount,
    rate,
    // What is whole again at one instant does not drain before.
    ...(window.kind === "calendar" || (limit.resetsAt ?? 0) > now ? {} : { windowMs: window.ms, expiring }),
  });
  return {
    id: row.id,
    keyId: row.key_id,
    origin: row.origin,
    metric: row.metric,
    window: windowKnown ? row.window : null,
    timeZone: row.time_zone,
    ...limitUsage({ limit, used, now }),
    secondsToExhaustion: seconds,
    projectedFraction: projectedFraction(limit, used, rate, now),
    runsOutBeforeReset: runsOutBeforeReset(limit, seconds, now),
    observedAt: row.observed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** What was used of a limit in one bucket. */
export interface Spent {
  bucket: number;
  amount: number;
  requests: number;
}

/** Over the last five minutes, or since traffic began if that is less, but over a minute at least. */
export function rateOf(recent: readonly Spent[], now: number): Rate {
  let [began, used, events] = [now, 0, 0];
  for (const { bucket, amount, requests } of recent) {
    if (bucket <= now - RATE_MS) continue;
    began = Math.min(began, bucket);
    used += amount;
    events += requests;
  }
  return { perSecond: used / (Math.max(MIN_RATE_SPAN_MS, now - began) / SECOND), events };
}

/** A bucket leaves a sliding window `afterMs` from its start. */
export function expiries(buckets: readonly Spent[], afterMs: number, now: number): Expiry[] {
  return buckets
    .map(({ bucket, amount }) => ({ inMs: Math.max(0, bucket + afterMs - now), amount }))
    .sort((a, b) => a.inMs - b.inMs);
}
