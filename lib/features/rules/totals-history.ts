import { holds, isAbove } from "@/lib/domain/alerting/comparison";
import type { Rule } from "@/lib/domain/alerting/rule";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { quantile } from "@/lib/domain/usage/histogram";
import { metric, metricValue, type TotalsMetric } from "@/lib/domain/usage/metric";
import { addTotals, sumTotals, type UsageTotals, zeroTotals } from "@/lib/domain/usage/totals";
import {
  formatWindow,
  granularity,
  type Range,
  TIER_KEPT_MS,
  TIER_MS,
  type Tier,
  windowRangeAtEnd,
} from "@/lib/domain/usage/window";
import { readSeries, readTotals } from "../usage/totals";
import { Base } from "./history-base";
import { fold, isPercentile, parseCell, readEventCells } from "./reading";
import { TotalsSum } from "./sums";
import { STEP_MS, Track } from "./track";

/** Longer windows of short walks are not read bucket by bucket. */
const LONG_WINDOW_MS = HOUR;

type Series = Map<string | null, Map<number, UsageTotals>>;

/** Use by cell: what only adds to a window, and what enters or leaves it at its bucket. */
interface Parts {
  base: Map<string | null, UsageTotals>;
  series: Series[];
}

export class TotalsHistory extends Base<UsageTotals> {
  track(instance: string) {
    return new Track(this.rule, this.stateOf(instance), new TotalsSum(this.rule));
  }

  async before(first: number, last: number): Promise<void> {
    const { shared } = this.context;
    if (shared === undefined) return this.#take(await this.#opening(first - STEP_MS, last), null);
    const name = this.#name(last);
    const parts = await shared.once(name, async () => {
      const { base, series } = await this.#opening(shared.begin, last);
      return { base, series: [...series, await this.#series({ from: shared.begin, to: last }, false)] };
    });
    const most = await shared.once(`most ${name}`, async () => mostOf(parts));
    this.#take(parts, this.#possible(most));
  }

  async read(range: Range): Promise<() => void> {
    // Shared reads hold the whole span from the start.
    if (this.context.shared !== undefined || range.to <= range.from) return () => {};
    const series = await this.#series(range, false);
    return () => this.#take({ base: new Map(), series: [series] }, null);
  }

  /** What fills the windows of the first steps. */
  async #opening(begin: number, last: number): Promise<Parts> {
    const { from } = windowRangeAtEnd(this.window, begin + STEP_MS);
    if (this.window.kind === "calendar") {
      return { base: await this.#base({ from, to: begin }), series: [] };
    }
    const leaves = Math.min(begin, windowRangeAtEnd(this.window, last).from);
    const isLong = this.window.ms > LONG_WINDOW_MS && leaves < begin;
    // What was before the first step only leaves, in the window's own buckets.
    const inMinutes = granularity(this.window) === TIER_MS.minute;
    return {
      series: [await this.#series({ from, to: isLong ? leaves : begin }, inMinutes)],
      base: isLong ? await this.#base({ from: leaves, to: begin }) : new Map(),
    };
  }

  /** Hands the instances their parts; with `only`, no others than those. */
  #take({ base, series }: Parts, only: ReadonlySet<string> | null): void {
    const wanted = (group: string | null): string | null => {
      const instance = group === null ? null : this.route(parseCell(group));
      return instance === null || (only !== null && !only.has(instance)) ? null : instance;
    };
    if (only?.size === 0) return;
    for (const [group, totals] of base) {
      const instance = wanted(group);
      if (instance !== null) this.start(instance).open((sum) => sum.add(totals, Number.NEGATIVE_INFINITY));
    }
    for (const one of series) {
      const entries = new Map<string, Map<number, UsageTotals>>();
      for (const [group, points] of one) {
        const instance = wanted(group);
        if (instance === null) continue;
        const known = entries.get(instance);
        if (known === undefined) {
          entries.set(instance, new Map(points));
          continue;
        }
        for (const [bucket, totals] of points) {
          const sum = known.get(bucket);
          // Never in place: other rules may share what was read.
          known.set(bucket, sum === undefined ? totals : sumTotals([sum, totals]));
        }
      }
      this.push(
        Array.from(entries, ([instance, buckets]) => [
          instance,
          Array.from(buckets, ([bucket, amount]) => ({ bucket, amount })),
        ]),
      );
    }
  }

  /** Instances that have a state, or whose window may have held enough at some time; null for all. */
  #possible(most: ReadonlyMap<string | null, UsageTotals>): Set<string> | null {
    const { rule, states, context } = this;
    if (!isAbove(rule.operator) || rule.noData === "alert") return null;
    const loud = new Set(states.keys());
    const plain = rule.scope.each === "key" && !this.cells;
    const totals: Iterable<[string, UsageTotals | undefined]> = plain
      ? [...context.fleet.members(rule.scope)].map(([instance, [id]]) => [instance, most.get(String(id))])
      : fold(rule, context.fleet, most);
    for (const [instance, sum] of totals) {
      if (
        sum !== undefined &&
        rule.tiers.some(({ threshold }) => holds(highest(rule, sum), rule.operator, threshold))
      ) {
        loud.add(instance);
      }
    }
    return loud;
  }

  #name(last: number): string {
    const { window } = this;
    const zone = window.kind === "calendar" ? window.zone : "";
    const tag = this.rule.scope.tag ?? "";
    // Of events only what the metric needs is read.
    const of = tag === "" ? "" : this.rule.metric;
    return JSON.stringify([formatWindow(window), zone, isPercentile(this.rule), this.cells, tag, of, last]);
  }

  async #base(range: Range): Promise<Map<string | null, UsageTotals>> {
    if (range.to <= range.from) return new Map();
    const { client, now } = this.context;
    if (this.#source(range, false) !== "events") return readTotals(client, range, now, this.#options());
    return totalsBy(await this.#events(range, DAY));
  }

  async #series(range: Range, inMinutes: boolean): Promise<Series> {
    if (range.to <= range.from) return new Map();
    const source = this.#source(range, inMinutes);
    if (source === "events") return this.#events(range, STEP_MS);
    return readSeries(
      this.context.client,
      { ...range, tier: source, stepMs: TIER_MS[source] },
      this.#options(),
    );
  }

  #events(range: Range, stepMs: number): Promise<Series> {
    const { tag } = this.rule.scope;
    const latency = isPercentile(this.rule);
    const { metric: of } = this.rule;
    const options = { keyIds: this.#keys(), tag, latency, cells: this.cells, metric: of };
    return readEventCells(this.context.client, range, stepMs, options);
  }

  #options() {
    const group = this.cells ? ("cell" as const) : ("key" as const);
    return { filter: { keyIds: this.#keys() }, group, latency: isPercentile(this.rule) };
  }

  /** Shared reads are of all keys. */
  #keys(): number[] | undefined {
    return this.context.shared === undefined ? this.keyIds : undefined;
  }

  /** The finest that still has the whole range; minutes where those will do. */
  #source({ from, to }: Range, inMinutes: boolean): Tier | "events" {
    const { now, retentionDays } = this.context;
    if (this.rule.scope.tag !== undefined) return "events";
    if (from >= now - TIER_KEPT_MS["10s"] + HOUR) return "10s";
    const isWhole = from % TIER_MS.minute === 0 && to % TIER_MS.minute === 0;
    if (inMinutes && isWhole && from >= now - TIER_KEPT_MS.minute + HOUR) return "minute";
    return from >= now - retentionDays * DAY ? "events" : "minute";
  }
}

/** The most that any window within the parts can have held. */
function mostOf({ base, series }: Parts): Map<string | null, UsageTotals> {
  const most = totalsBy(new Map());
  const add = (group: string | null, totals: UsageTotals) => {
    const sum = most.get(group);
    if (sum === undefined) most.set(group, addTotals(zeroTotals(), totals));
    else addTotals(sum, totals);
  };
  for (const [group, totals] of base) add(group, totals);
  for (const one of series) {
    for (const [group, points] of one) for (const totals of points.values()) add(group, totals);
  }
  return most;
}

function totalsBy(series: Series): Map<string | null, UsageTotals> {
  return new Map([...series].map(([group, points]) => [group, sumTotals(points.values())]));
}

/** What the rule's value cannot have exceeded in any window within these totals. */
function highest(rule: Rule, totals: UsageTotals): number {
  const name = rule.metric as TotalsMetric;
  const { kind } = metric(name);
  if (kind === "percentile") return quantile(totals.latency, 1) ?? 0;
  const value = metricValue(name, totals) ?? 0;
  return kind === "ratio" && value > 0 ? 1 : value;
}
