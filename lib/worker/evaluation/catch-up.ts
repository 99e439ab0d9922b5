import { MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import { emptyMatters } from "@/lib/features/rules/backtest";
import { walk } from "@/lib/features/rules/history";
import { type HistoryContext, SharedReads } from "@/lib/features/rules/history-base";
import { readingOf } from "@/lib/features/rules/reading";
import type { Change } from "./persist";
import type { LoadedRule } from "./rules";
import { instanceOf, isSame } from "./stepping";

/** Up to this long a replay is read as one piece. */
const SHARED_SPAN_MS = 15 * MINUTE;

/**
 * Replays what rules missed since their watermarks, through the same step function, at the ends of the 10 s buckets up
 * to now. Gives each rule's changes, which have to be stored in one transaction together with its watermark: half of
 * them would be replayed on top of themselves.
 */
export async function* replayMissed(
  rules: Iterable<LoadedRule>,
  context: HistoryContext,
): AsyncIterable<{ loaded: LoadedRule; changes: Change[] }> {
  const { now } = context;
  const reads = new Map<number, SharedReads>();
  for (const loaded of [...rules].sort((a, b) => a.evaluatedTo - b.evaluatedTo)) {
    const { rule, instances, evaluatedTo } = loaded;
    const states = new Map([...instances].map(([scopeKey, { state }]) => [scopeKey, state]));
    const shared = sharedReads(reads, evaluatedTo, now);
    const span = { from: evaluatedTo, to: now };
    const tracks = await walk(rule, span, states, emptyMatters(rule, now), { ...context, shared });
    const changes: Change[] = [];
    for (const [scopeKey, { state, effects, observation }] of tracks) {
      const instance = instanceOf(loaded, scopeKey);
      if (effects.length === 0 && isSame(instance.state, state)) continue;
      changes.push({ loaded, instance, observation, stepped: { state, effects }, nextAt: null });
    }
    yield { loaded, changes };
  }
}

/** Rules with about the same watermark share what they read; long spans are read piece by piece, each for itself. */
function sharedReads(
  reads: Map<number, SharedReads>,
  evaluatedTo: number,
  now: number,
): SharedReads | undefined {
  if (now - evaluatedTo > SHARED_SPAN_MS) return undefined;
  const group = floorBucket(evaluatedTo, SHARED_SPAN_MS);
  let shared = reads.get(group);
  if (shared === undefined) {
    shared = new SharedReads(floorBucket(evaluatedTo, 10 * SECOND));
    reads.set(group, shared);
  }
  return shared;
}

/**
 * Limits keep no past, and the time since the last event cannot have passed a threshold and come back while no server
 * took events: for both the first live evaluation says it all.
 */
export function hasHistory({ rule }: LoadedRule): boolean {
  const reading = readingOf(rule);
  return reading !== "limits" && reading !== "age";
}
