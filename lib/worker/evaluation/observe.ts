import type { Rule } from "@/lib/domain/alerting/rule";
import type { Observation } from "@/lib/domain/alerting/state";
import { SECOND } from "@/lib/domain/usage/duration";
import { emptyValue, metricValue, type TotalsMetric } from "@/lib/domain/usage/metric";
import { sumTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import { type Range, windowRange } from "@/lib/domain/usage/window";
import { limitValue, type MeasuredLimit } from "@/lib/features/limits/measure";
import type { Fleet } from "@/lib/features/rules/fleet";
import { fold, needsCells, readingOf, router } from "@/lib/features/rules/reading";
import type { WindowTotals } from "@/lib/features/usage/totals";
import { type Cells, mapValues, type ObserveContext, type Read, Reads } from "./reads";

/** A rule and the instances to look at; "all" looks at every one that has anything to show, and at the known ones. */
export interface Wanted {
  rule: Rule;
  instances: ReadonlySet<string> | "all";
  known: Iterable<string>;
}

type Observations = Map<string, Observation>;

/**
 * What the rules read at `now`, one map a wanted rule: every instance asked for is in it. The number of queries follows
 * from the number of different windows, not from that of rules or keys. Throws only when the database is away; any
 * other failure to read is the observation of the instances that needed it.
 */
export async function observe(wanted: readonly Wanted[], context: ObserveContext): Promise<Observations[]> {
  const reads = new Reads(context);
  const plans = wanted.map((one) => plan(one, reads, context));
  await reads.run();
  return plans.map((look) => look());
}

type Look = () => Observations;

/** Says what has to be read, and gives what turns it into observations. */
function plan({ rule, instances, known }: Wanted, reads: Reads, context: ObserveContext): Look {
  const { fleet, now } = context;
  const keys = keysOf(rule, instances, fleet);
  const asked = instances === "all" ? known : instances;
  const complete = (found: Observations): Observations => {
    for (const instance of asked) {
      if (!found.has(instance)) found.set(instance, emptyObservation(rule, now));
    }
    return found;
  };
  const failed = (error: string): Observations =>
    new Map([...asked].map((key) => [key, { value: null, requests: 0, error }]));
  const look =
    <T>(read: () => Read<T> | undefined, observed: (data: T) => Observations): Look =>
    () => {
      const result = read();
      if (result === undefined) return complete(new Map());
      return result.ok ? complete(observed(result.data)) : failed(result.error);
    };
  const wants = (instance: string) => instances === "all" || instances.has(instance);

  switch (readingOf(rule)) {
    case "tiers":
    case "events": {
      const range = rangeOf(rule, now);
      const read = reads.totals(rule, range, keys);
      return look(read, (cells) => {
        const found: Observations = new Map();
        for (const [instance, totals] of totalsOfInstances(rule, instances, cells, fleet)) {
          if (wants(instance)) found.set(instance, observationOf(rule, totals, range));
        }
        return found;
      });
    }
    case "addresses":
      return look(reads.addresses(rule, rangeOf(rule, now), keys), (cells) => {
        const route = router(rule, fleet);
        const sets = new Map<string, { addresses: Set<string>; requests: number }>();
        for (const { cell, address, requests } of cells) {
          const instance = route(cell);
          if (instance === null || !wants(instance)) continue;
          const set = sets.get(instance) ?? { addresses: new Set(), requests: 0 };
          if (address !== null) set.addresses.add(address);
          set.requests += requests;
          sets.set(instance, set);
        }
        return mapValues(sets, ({ addresses, requests }) => ({
          value: addresses.size === 0 ? null : addresses.size,
          requests,
        }));
      });
    case "age":
      return look(reads.latest(rule, keys), (cells) => {
        const route = router(rule, fleet);
        const latest = new Map<string, number>();
        for (const { cell, at } of cells) {
          const instance = route(cell);
          if (instance === null || !wants(instance)) continue;
          latest.set(instance, Math.max(latest.get(instance) ?? 0, at));
        }
        return mapValues(latest, (at) => ({
          value: Math.max(0, now - at) / SECOND,
          requests: Number.MAX_SAFE_INTEGER,
        }));
      });
    case "limits":
      return look(reads.limits(keys), (measured) => {
        const found: Observations = new Map();
        for (const [instance, members] of fleet.members(rule.scope)) {
          if (!wants(instance)) continue;
          const limits = members.flatMap((id) => measured.get(id) ?? []);
          if (limits.length > 0) found.set(instance, limitObservation(rule, limits));
        }
        return found;
      });
  }
}

function rangeOf(rule: Rule, now: number): Range {
  if (rule.window === null) throw new TypeError(`a rule on ${rule.metric} needs a window`);
  return windowRange(rule.window, now);
}

/** What an instance reads without any event. */
export function emptyObservation(rule: Rule, now: number): Observation {
  const periodStart = rule.isQuota ? { periodStart: rangeOf(rule, now).from } : {};
  return { value: emptyValue(rule.metric), requests: 0, ...periodStart };
}

function observationOf(rule: Rule, totals: UsageTotals | WindowTotals, range: Range): Observation {
  const value = metricValue(rule.metric as TotalsMetric, totals);
  const { requests } = totals;
  if (rule.isQuota) return { value, requests, periodStart: range.from };
  if (!("oldest" in totals) || rule.window?.kind !== "sliding") return { value, requests };
  return { value, requests, changesAt: totals.oldest + rule.window.ms };
}

/** Limits have no window, so `min_requests` does not hold anything back. */
function limitObservation({ metric }: Rule, limits: readonly MeasuredLimit[]): Observation {
  const name = metric === "limit_used" ? metric : "seconds_to_exhaustion";
  return { value: limitValue(name, limits), requests: Number.MAX_SAFE_INTEGER };
}

/** The lists of keys that have to be read; lists are shared by rules alike, so few different ones come together. */
function keysOf(rule: Rule, instances: Wanted["instances"], fleet: Fleet): (readonly number[])[] {
  if (instances !== "all" && rule.scope.each === "key") {
    return [[...instances].map((instance) => Number(instance.slice("key:".length)))];
  }
  const members = fleet.members(rule.scope);
  if (rule.scope.each === "consumer" || instances === "all") return [...members.values()];
  return [...instances].flatMap((instance) => {
    const list = members.get(instance);
    return list === undefined ? [] : [list];
  });
}

function* totalsOfInstances(
  rule: Rule,
  instances: Wanted["instances"],
  cells: Cells,
  fleet: Fleet,
): Iterable<[string, UsageTotals]> {
  if (needsCells(rule)) {
    yield* fold(rule, fleet, cells.byCell);
    return;
  }
  if (rule.scope.each === "key" && instances !== "all") {
    for (const instance of instances) {
      const totals = cells.byKey.get(Number(instance.slice("key:".length)));
      if (totals !== undefined) yield [instance, totals];
    }
    return;
  }
  for (const [instance, members] of fleet.members(rule.scope)) {
    if (instances !== "all" && !instances.has(instance)) continue;
    if (rule.scope.each === "key") {
      const totals = cells.byKey.get(members[0] ?? 0);
      if (totals !== undefined) yield [instance, totals];
      continue;
    }
    let sum = cells.sums.get(members);
    if (sum === undefined) {
      sum = sumTotals(
        members.flatMap((id) => {
          const totals = cells.byKey.get(id);
          return totals === undefined ? [] : [totals];
        }),
      );
      cells.sums.set(members, sum);
    }
    yield [instance, sum];
  }
}
