import type pg from "pg";
import type { Rule } from "@/lib/domain/alerting/rule";
import { type InstanceState, initialState } from "@/lib/domain/alerting/state";
import { DAY, HOUR } from "@/lib/domain/usage/duration";
import { addTotals, type UsageTotals } from "@/lib/domain/usage/totals";
import {
  floorBucket,
  granularity,
  type Range,
  TIER_KEPT_MS,
  TIER_MS,
  type Tier,
  windowRangeAtEnd,
} from "@/lib/domain/usage/window";
import { readSeries, readTotals } from "../usage/totals";
import type { Fleet } from "./fleet";
import {
  isPercentile,
  needsCells,
  parseCell,
  readAddresses,
  readEventCells,
  readingOf,
  readLatest,
  router,
} from "./reading";
import { type Addresses, AddressSum, type Entry, LatestSum, STEP_MS, TotalsSum, Track } from "./track";

export interface HistoryContext {
  client: pg.Pool;
  fleet: Fleet;
  now: number;
  retentionDays: number;
}

/** How much is read at once; entries of windows stay in memory on top. */
const CHUNK_MS = DAY;
/** Longer windows of short replays are not read bucket by bucket. */
const LONG_WINDOW_MS = HOUR;

type AnyTrack = Track<UsageTotals> | Track<Addresses> | Track<number>;

/**
 * Steps a rule's instances through stored history: at the end of every 10 s bucket after `from`, up to `to`. `states`
 * are those at `from`; instances without one start ok. With `everyone` the instances without any event take part too.
 * Not for rules on limits, whose past use is not kept.
 */
export async function walk(
  rule: Rule,
  span: Range,
  states: ReadonlyMap<string, InstanceState>,
  everyone: boolean,
  context: HistoryContext,
): Promise<Map<string, AnyTrack>> {
  const first = floorBucket(span.from, STEP_MS) + STEP_MS;
  const last = floorBucket(span.to, STEP_MS);
  const tracks = new Map<string, AnyTrack>();
  if (last < first) return tracks;
  const history = historyOf(rule, tracks, states, context);
  for (const instance of states.keys()) history.start(instance);
  if (everyone && rule.scope.each !== "consumer") {
    for (const instance of context.fleet.members(rule.scope).keys()) history.start(instance);
  }
  await history.before(first, last);
  for (let from = first - STEP_MS; from < last; ) {
    const to = Math.min(last, floorBucket(from, CHUNK_MS) + CHUNK_MS);
    await history.read({ from, to });
    let since = performance.now();
    for (const track of tracks.values()) {
      track.advance(from + STEP_MS, to);
      if (performance.now() - since < 20) continue;
      // A long walk must not hold up what else the process does.
      await new Promise(setImmediate);
      since = performance.now();
    }
    from = to;
  }
  return tracks;
}

interface History {
  start(instance: string): void;
  /** Fills the windows of the first step. */
  before(first: number, last: number): Promise<void>;
  read(range: Range): Promise<void>;
}

function historyOf(
  rule: Rule,
  tracks: Map<string, AnyTrack>,
  states: ReadonlyMap<string, InstanceState>,
  context: HistoryContext,
): History {
  switch (readingOf(rule)) {
    case "limits":
      throw new TypeError(`a rule on ${rule.metric} has no stored history`);
    case "age":
      return new LatestHistory(rule, tracks as Map<string, Track<number>>, states, context);
    case "addresses":
      return new AddressHistory(rule, tracks as Map<string, Track<Addresses>>, states, context);
    default:
      return new TotalsHistory(rule, tracks as Map<string, Track<UsageTotals>>, states, context);
  }
}

abstract class Base<T> implements History {
  protected readonly cells: boolean;
  protected readonly keyIds: number[];
  protected readonly route: ReturnType<typeof router>;

  constructor(
    protected readonly rule: Rule,
    private readonly tracks: Map<string, Track<T>>,
    private readonly states: ReadonlyMap<string, InstanceState>,
    protected readonly context: HistoryContext,
  ) {
    this.cells = needsCells(rule);
    this.keyIds = [...context.fleet.members(rule.scope).values()].flat();
    this.route = router(rule, context.fleet);
  }

  abstract before(first: number, last: number): Promise<void>;
  abstract read(range: Range): Promise<void>;
  protected abstract track(state: InstanceState): Track<T>;

  start(instance: string): Track<T> {
    let track = this.tracks.get(instance);
    if (track === undefined) {
      track = this.track(this.states.get(instance) ?? initialState());
      this.tracks.set(instance, track);
    }
    return track;
  }

  protected get window(): NonNullable<Rule["window"]> {
    if (this.rule.window === null) throw new TypeError(`a rule on ${this.rule.metric} needs a window`);
    return this.rule.window;
  }

  /** Hands each instance its entries in order, those of one bucket as one. */
  protected push(entries: Map<string, Map<number, T>>): void {
    for (const [instance, buckets] of entries) {
      const track = this.start(instance);
      const sorted: Entry<T>[] = [...buckets].map(([bucket, amount]) => ({ bucket, amount }));
      for (const entry of sorted.sort((a, b) => a.bucket - b.bucket)) track.push(entry);
    }
  }
}

class TotalsHistory extends Base<UsageTotals> {
  track(state: InstanceState) {
    return new Track(this.rule, state, new TotalsSum(this.rule));
  }

  async before(first: number, last: number): Promise<void> {
    const { from } = windowRangeAtEnd(this.window, first);
    const begin = first - STEP_MS;
    if (this.window.kind === "calendar") return this.#base({ from, to: begin });
    const leaves = Math.min(begin, windowRangeAtEnd(this.window, last).from);
    const isLong = this.window.ms > LONG_WINDOW_MS && leaves < begin;
    // What was before the first step only leaves, in the window's own buckets.
    await this.#fill({ from, to: isLong ? leaves : begin }, granularity(this.window) === TIER_MS.minute);
    if (isLong) await this.#base({ from: leaves, to: begin });
  }

  read(range: Range): Promise<void> {
    return this.#fill(range, false);
  }

  async #fill(range: Range, inMinutes: boolean): Promise<void> {
    if (range.to <= range.from) return;
    const entries = new Map<string, Map<number, UsageTotals>>();
    for (const [group, points] of await this.#series(range, inMinutes)) {
      const instance = group === null ? null : this.route(parseCell(group));
      if (instance === null) continue;
      const known = entries.get(instance);
      if (known === undefined) {
        entries.set(instance, new Map(points));
        continue;
      }
      for (const [bucket, totals] of points) {
        const sum = known.get(bucket);
        if (sum === undefined) known.set(bucket, totals);
        else addTotals(sum, totals);
      }
    }
    this.push(entries);
  }

  async #base(range: Range): Promise<void> {
    if (range.to <= range.from) return;
    const { client, now } = this.context;
    const source = this.#source(range, false);
    const group = this.cells ? ("cell" as const) : ("key" as const);
    const latency = isPercentile(this.rule);
    const totals: Iterable<[string | null, Iterable<UsageTotals>]> =
      source === "events"
        ? [...(await this.#events(range, DAY))].map(([id, points]) => [id, points.values()])
        : [
            ...(await readTotals(client, range, now, { filter: { keyIds: this.keyIds }, group, latency })),
          ].map(([id, sum]) => [id, [sum]]);
    for (const [id, sums] of totals) {
      const instance = id === null ? null : this.route(parseCell(id));
      if (instance === null) continue;
      for (const sum of sums) this.start(instance).base(sum);
    }
  }

  #series(range: Range, inMinutes: boolean): Promise<Map<string | null, Map<number, UsageTotals>>> {
    const source = this.#source(range, inMinutes);
    if (source === "events") return this.#events(range, STEP_MS);
    const group = this.cells ? ("cell" as const) : ("key" as const);
    const on = { ...range, tier: source, stepMs: TIER_MS[source] };
    const options = { filter: { keyIds: this.keyIds }, group, latency: isPercentile(this.rule) };
    return readSeries(this.context.client, on, options);
  }

  #events(range: Range, stepMs: number): Promise<Map<string | null, Map<number, UsageTotals>>> {
    return readEventCells(this.context.client, range, stepMs, {
      keyIds: this.keyIds,
      tag: this.rule.scope.tag,
      latency: isPercentile(this.rule),
      cells: this.cells,
    });
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

class AddressHistory extends Base<Addresses> {
  track(state: InstanceState) {
    return new Track(this.rule, state, new AddressSum());
  }

  before(first: number): Promise<void> {
    return this.read({ from: windowRangeAtEnd(this.window, first).from, to: first - STEP_MS });
  }

  async read(range: Range): Promise<void> {
    if (range.to <= range.from) return;
    const { client } = this.context;
    const { tag } = this.rule.scope;
    const rows = await readAddresses(client, range, STEP_MS, { keyIds: this.keyIds, tag, cells: this.cells });
    const entries = new Map<string, Map<number, Map<string | null, number>>>();
    for (const { cell, bucket, address, requests } of rows) {
      const instance = this.route(cell);
      if (instance === null) continue;
      const buckets = entries.get(instance) ?? new Map<number, Map<string | null, number>>();
      entries.set(instance, buckets);
      const addresses = buckets.get(bucket) ?? new Map<string | null, number>();
      buckets.set(bucket, addresses);
      addresses.set(address, (addresses.get(address) ?? 0) + requests);
    }
    this.push(entries);
  }
}

class LatestHistory extends Base<number> {
  track(state: InstanceState) {
    return new Track(this.rule, state, new LatestSum());
  }

  async before(first: number): Promise<void> {
    const { now, retentionDays } = this.context;
    await this.#read({ from: now - (retentionDays + 1) * DAY, to: first - STEP_MS }, null);
  }

  read(range: Range): Promise<void> {
    return this.#read(range, STEP_MS);
  }

  async #read(range: Range, stepMs: number | null): Promise<void> {
    if (range.to <= range.from) return;
    const { client } = this.context;
    const { tag } = this.rule.scope;
    const rows = await readLatest(client, range, stepMs, { keyIds: this.keyIds, tag, cells: this.cells });
    const entries = new Map<string, Map<number, number>>();
    for (const { cell, bucket, at } of rows) {
      const instance = this.route(cell);
      if (instance === null) continue;
      const buckets = entries.get(instance) ?? new Map<number, number>();
      entries.set(instance, buckets);
      buckets.set(bucket, Math.max(buckets.get(bucket) ?? 0, at));
    }
    this.push(entries);
  }
}
