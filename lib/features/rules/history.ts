import type { Rule } from "@/lib/domain/alerting/rule";
import type { InstanceState } from "@/lib/domain/alerting/state";
import { DAY } from "@/lib/domain/usage/duration";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import { floorBucket, type Range, windowRangeAtEnd } from "@/lib/domain/usage/window";
import { type AnyTrack, Base, type History, type HistoryContext } from "./history-base";
import { LimitHistory } from "./limit-history";
import type { KeyAmounts } from "./limit-sum";
import { readAddresses, readingOf, readLatest, readLatestOfKeys } from "./reading";
import { TotalsHistory } from "./totals-history";
import { type Addresses, AddressSum, LatestSum, STEP_MS, Track } from "./track";

/** How much is read at once; entries of windows stay in memory on top. */
const CHUNK_MS = DAY;

/**
 * Steps a rule's instances through stored history: at the end of every 10 s bucket after `from`, up to `to`. `states`
 * are those at `from`; instances without one start ok. With `everyone` the instances without any event take part too.
 * Rules on limits walk with the limits that keys have now.
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
  await history.prepare?.(first, last);
  for (const instance of states.keys()) history.start(instance);
  if (everyone && rule.scope.each !== "consumer") {
    for (const instance of context.fleet.members(rule.scope).keys()) {
      if (context.only?.has(instance) !== false) history.start(instance);
    }
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

function historyOf(
  rule: Rule,
  tracks: Map<string, AnyTrack>,
  states: ReadonlyMap<string, InstanceState>,
  context: HistoryContext,
): History {
  switch (readingOf(rule)) {
    case "limits":
      return new LimitHistory(rule, tracks as Map<string, Track<KeyAmounts>>, states, context);
    case "age":
      return new LatestHistory(rule, tracks as Map<string, Track<number>>, states, context);
    case "addresses":
      return new AddressHistory(rule, tracks as Map<string, Track<Addresses>>, states, context);
    default:
      return new TotalsHistory(rule, tracks as Map<string, Track<UsageTotals>>, states, context);
  }
}

class AddressHistory extends Base<Addresses> {
  track(instance: string) {
    return new Track(this.rule, this.stateOf(instance), new AddressSum());
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
  track(instance: string) {
    return new Track(this.rule, this.stateOf(instance), new LatestSum());
  }

  async before(first: number): Promise<void> {
    const { now, retentionDays, client } = this.context;
    const range = { from: now - (retentionDays + 1) * DAY, to: first - STEP_MS };
    if (this.cells || this.rule.scope.tag !== undefined) return this.#read(range, null);
    this.#push(await readLatestOfKeys(client, range, this.keyIds));
  }

  read(range: Range): Promise<void> {
    return this.#read(range, STEP_MS);
  }

  async #read(range: Range, stepMs: number | null): Promise<void> {
    if (range.to <= range.from) return;
    const { client } = this.context;
    const { tag } = this.rule.scope;
    this.#push(await readLatest(client, range, stepMs, { keyIds: this.keyIds, tag, cells: this.cells }));
  }

  #push(rows: Awaited<ReturnType<typeof readLatest>>): void {
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
