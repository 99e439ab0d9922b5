import { eventsKeptFrom } from "@/lib/db/partitions";
import type { Rule } from "@/lib/domain/alerting/rule";
import type { InstanceState } from "@/lib/domain/alerting/state";
import { DAY } from "@/lib/domain/usage/duration";
import type { UsageTotals } from "@/lib/domain/usage/totals";
import { floorBucket, type Range } from "@/lib/domain/usage/window";
import { EventHistory } from "./event-history";
import type { AnyTrack, History, HistoryContext } from "./history-base";
import { LimitHistory } from "./limit-history";
import type { LimitAmount } from "./limit-sum";
import { readingOf } from "./reading";
import { TotalsHistory } from "./totals-history";
import { STEP_MS, type Track } from "./track";

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
  const history = historyOf(rule, first, tracks, states, context);
  await history.prepare?.(first, last);
  for (const instance of states.keys()) history.start(instance);
  if (everyone && rule.scope.each !== "consumer") {
    for (const instance of context.fleet.members(rule.scope).keys()) {
      if (context.only?.has(instance) !== false) history.start(instance);
    }
  }
  await history.before(first, last);
  const { chunkMs } = history;
  const chunkAt = (from: number) => ({ from, to: Math.min(last, floorBucket(from, chunkMs) + chunkMs) });
  let reading = history.read(chunkAt(first - STEP_MS));
  for (let from = first - STEP_MS; from < last; ) {
    const { to } = chunkAt(from);
    const take = await reading;
    // The database reads on while this process steps.
    reading = to < last ? history.read(chunkAt(to)) : Promise.resolve(() => {});
    reading.catch(() => {});
    take();
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
  first: number,
  tracks: Map<string, AnyTrack>,
  states: ReadonlyMap<string, InstanceState>,
  context: HistoryContext,
): History {
  switch (readingOf(rule)) {
    case "limits":
      return new LimitHistory(rule, tracks as Map<string, Track<LimitAmount>>, states, context);
    case "age":
    case "addresses":
      return new EventHistory(rule, tracks as Map<string, Track<number>>, states, context);
    default:
      return isInEvents(rule, first, context)
        ? new EventHistory(rule, tracks as Map<string, Track<number>>, states, context)
        : new TotalsHistory(rule, tracks as Map<string, Track<UsageTotals>>, states, context);
  }
}

/** Whether events tell what a back-test needs; of what is older than they are kept, or hardly walked through, totals do. */
function isInEvents({ window, scope }: Rule, first: number, context: HistoryContext): boolean {
  const { now, retentionDays, effectsOnly, shared } = context;
  if (scope.tag !== undefined) return shared === undefined;
  const isShort = window?.kind !== "sliding" || window.ms <= DAY;
  const kept = eventsKeptFrom(now, retentionDays) + (isShort || window === null ? 0 : window.ms);
  return effectsOnly === true && first - STEP_MS >= kept;
}
