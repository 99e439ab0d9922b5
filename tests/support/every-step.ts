import type { Rule } from "@/lib/domain/alerting/rule";
import { type Effect, initialState, type Observation } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import { SECOND } from "@/lib/domain/usage/duration";
import { runsOutBeforeReset, secondsToExhaustion } from "@/lib/domain/usage/limit";
import { emptyValue, metric, metricValue, type TotalsMetric } from "@/lib/domain/usage/metric";
import {
  addEvent,
  type CountedEvent,
  sumTotals,
  type UsageTotals,
  zeroTotals,
} from "@/lib/domain/usage/totals";
import { floorBucket, type Range, type Window, windowRangeAtEnd } from "@/lib/domain/usage/window";
import {
  type CountedLimit,
  chunkOf,
  expiries,
  isShort,
  rateOf,
  type Spent,
} from "@/lib/features/limits/measure";

const STEP = 10 * SECOND;

export interface PlainEvent extends CountedEvent {
  key: string;
  at: number;
  address: string | null;
}

/** The effects of one instance with these events (ascending), stepped at the end of every bucket of a span: slow, and plain. */
export function everyStep(
  rule: Rule,
  events: readonly PlainEvent[],
  span: Range,
  limits: ReadonlyMap<string, readonly CountedLimit[]>,
): Effect[] {
  const observe = observer(rule, events, limits);
  const effects: Effect[] = [];
  let state = initialState();
  for (let end = floorBucket(span.from, STEP) + STEP; end <= span.to; end += STEP) {
    const stepped = step(rule, state, observe(end), end);
    state = stepped.state;
    effects.push(...stepped.effects);
  }
  return effects;
}

type Observer = (end: number) => Observation;

function observer(
  rule: Rule,
  events: readonly PlainEvent[],
  limits: ReadonlyMap<string, readonly CountedLimit[]>,
): Observer {
  const { kind } = metric(rule.metric);
  if (kind === "limit") return limitObserver(rule, events, limits);
  if (kind === "age") return ageObserver(events);
  const { window } = rule;
  if (window === null) throw new TypeError("needs a window");
  const inside = insideOf(window, events);
  let [of, value, requests]: [string, number | null, number] = ["", null, 0];
  return (end) => {
    const { events: held, name } = inside(end);
    // Most steps see what the one before saw.
    if (name !== of) {
      of = name;
      requests = held.length;
      value = kind === "distinct" ? distinct(held) : readingOf(rule.metric as TotalsMetric, totalsOf(held));
    }
    const period = rule.isQuota ? { periodStart: windowRangeAtEnd(window, end).from } : {};
    return { value, requests, ...period };
  };
}

/** The events within the window of each step, and a name that tells whether they are others than before. */
function insideOf<E extends { at: number }>(
  window: Window,
  events: readonly E[],
): (end: number) => { events: E[]; name: string } {
  let [first, next] = [0, 0];
  let held: { events: E[]; name: string } = { events: [], name: "" };
  return (end) => {
    const { from } = windowRangeAtEnd(window, end);
    while ((events[first]?.at ?? Number.POSITIVE_INFINITY) < from) first += 1;
    while ((events[next]?.at ?? Number.POSITIVE_INFINITY) < end) next += 1;
    const name = `${first} ${next}`;
    if (name !== held.name) held = { events: events.slice(first, Math.max(first, next)), name };
    return held;
  };
}

function totalsOf(events: readonly CountedEvent[]): UsageTotals {
  const totals = zeroTotals();
  for (const event of events) addEvent(totals, event);
  return totals;
}

function readingOf(name: TotalsMetric, totals: UsageTotals): number | null {
  return totals.requests === 0 ? emptyValue(name) : metricValue(name, totals);
}

function distinct(events: readonly PlainEvent[]): number | null {
  const addresses = new Set(events.flatMap(({ address }) => (address === null ? [] : [address])));
  return addresses.size === 0 ? null : addresses.size;
}

function ageObserver(events: readonly PlainEvent[]): Observer {
  let next = 0;
  return (end) => {
    while ((events[next]?.at ?? Number.POSITIVE_INFINITY) < end) next += 1;
    const latest = events[next - 1];
    const value = latest === undefined ? null : Math.max(0, end - latest.at) / SECOND;
    return { value, requests: Number.MAX_SAFE_INTEGER };
  };
}

function limitObserver(
  rule: Rule,
  events: readonly PlainEvent[],
  limits: ReadonlyMap<string, readonly CountedLimit[]>,
): Observer {
  const observers = [...limits].flatMap(([key, list]) => {
    const own = events.filter((event) => event.key === key);
    return list.map((limit) => limitValue(rule, limit, own));
  });
  return (end) => {
    const values = observers.map((of) => of(end)).filter((value) => value !== null);
    const worst = rule.metric === "limit_used" ? Math.max(...values) : Math.min(...values);
    return { value: values.length === 0 ? null : worst, requests: Number.MAX_SAFE_INTEGER };
  };
}

function limitValue(
  rule: Rule,
  limit: CountedLimit,
  events: readonly PlainEvent[],
): (end: number) => number | null {
  const buckets = groupedBy(events, ({ at }) => floorBucket(at, STEP));
  const spent: (Spent & { at: number; totals: UsageTotals })[] = [...buckets].map(([bucket, list]) => {
    const totals = totalsOf(list);
    return {
      at: bucket,
      bucket,
      totals,
      amount: metricValue(limit.metric, totals) ?? 0,
      requests: list.length,
    };
  });
  const inside = insideOf(limit.window, spent);
  const recent = insideOf({ kind: "sliding", ms: 30 * 60 * SECOND }, spent);
  let [of, used] = ["", 0];
  return (end) => {
    const { events: held, name } = inside(end);
    if (name !== of) {
      of = name;
      used = metricValue(limit.metric, sumTotals(held.map(({ totals }) => totals))) ?? 0;
    }
    if (rule.metric === "limit_used") return used / limit.amount;
    const now = end - 1;
    const seconds = secondsToExhaustion({
      used,
      amount: limit.amount,
      rate: rateOf(recent(end).events, now),
      ...drainingOf(limit.window, held, now),
    });
    return runsOutBeforeReset(limit, seconds, now) ? seconds : null;
  };
}

function groupedBy<T>(list: readonly T[], of: (one: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const one of list) groups.set(of(one), [...(groups.get(of(one)) ?? []), one]);
  return groups;
}

function drainingOf(window: Window, held: readonly Spent[], now: number) {
  if (window.kind !== "sliding") return {};
  if (isShort(window)) return { windowMs: window.ms, expiring: expiries(held, window.ms, now) };
  const { stepMs } = chunkOf(window.ms);
  const chunks = [...groupedBy(held, ({ bucket }) => floorBucket(bucket, stepMs))].map(([bucket, list]) => ({
    bucket,
    amount: list.reduce((sum, { amount }) => sum + amount, 0),
    requests: 0,
  }));
  return { windowMs: window.ms, expiring: expiries(chunks, window.ms + stepMs - STEP, now) };
}
