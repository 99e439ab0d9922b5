import { SECOND } from "@/lib/domain/usage/duration";
import { metric } from "@/lib/domain/usage/metric";
import { floorBucket, granularity, windowResetsAt } from "@/lib/domain/usage/window";
import { isAbove } from "./comparison";
import type { Rule } from "./rule";
import type { InstanceState, Observation } from "./state";

const FINEST_MS = 10 * SECOND;

/**
 * When the instance has to be evaluated again if no event touches it: the earliest instant (epoch ms, later than `now`)
 * at which time alone could change something; null when only an event can. `state` and `observation` are those of
 * the step at `now`. An evaluation earlier than that does no harm; after an edit of the rule one is due at once.
 */
export function nextEvaluationAt(
  rule: Rule,
  state: InstanceState,
  observation: Observation,
  now: number,
): number | null {
  if (observation.vanished !== undefined) return null;
  const due = [...deadlines(rule, state), ...valueChanges(rule, state, observation, now)];
  const ahead = due.filter((at) => at > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/** What runs out in the state itself. */
function deadlines(rule: Rule, state: InstanceState): number[] {
  const due: number[] = [];
  for (const { severity } of rule.tiers) {
    const tier = state.tiers[severity];
    if (tier !== undefined && tier.pendingSince !== null && tier.latchedAt === null) {
      due.push(tier.pendingSince + rule.forMs);
    }
  }
  if (state.keepFiringSince !== null) due.push(state.keepFiringSince + rule.keepFiringForMs);
  if (state.noDataSince !== null) due.push(state.noDataSince + rule.forMs);
  const reminds = state.status === "firing" || state.status === "no_data";
  if (reminds && state.lastNotifiedAt !== null && rule.repeatEveryMs !== null) {
    due.push(state.lastNotifiedAt + rule.repeatEveryMs);
  }
  return due;
}

/** When the value itself may change in a way that matters. */
function valueChanges(rule: Rule, state: InstanceState, observation: Observation, now: number): number[] {
  if (observation.error !== undefined) return [nextBucket(FINEST_MS, now)];
  if (isStill(rule, state, observation)) return [];
  const resetsAt = rule.window === null ? null : windowResetsAt(rule.window, now);
  if (resetsAt !== null) return [resetsAt];
  if (metric(rule.metric).kind === "age") return crossings(rule, observation.value ?? 0, now);
  const bucket = nextBucket(rule.window === null ? FINEST_MS : granularity(rule.window), now);
  if (observation.changesAt === undefined) return [bucket];
  return observation.changesAt === null ? [] : [Math.max(observation.changesAt, bucket)];
}

/** Whether the value stays, or can only move away from every threshold, until an event comes. */
function isStill(rule: Rule, state: InstanceState, { value, requests }: Observation): boolean {
  if (value === null) return true;
  const { kind } = metric(rule.metric);
  if (rule.isQuota) return state.status === "ok";
  if (kind === "sum" && value === 0 && (requests === 0 || rule.minRequests === 0)) return true;
  return state.status === "ok" && waitsForEvents(rule);
}

/** Whether an instance that is ok stays so until an event comes: time alone moves its value away from every threshold. */
export function waitsForEvents(rule: Rule): boolean {
  const mayLoseValue = metric(rule.metric).kind !== "sum" && rule.noData === "alert";
  return !mayLoseValue && drift(rule) === (isAbove(rule.operator) ? "down" : "up");
}

/** Where a value can go while no event comes. */
function drift(rule: Rule): "up" | "down" | "any" {
  const { kind } = metric(rule.metric);
  if (kind === "sum" || kind === "distinct" || rule.metric === "limit_used") return "down";
  // A rate only falls while nothing is used, and a reset only gives more time.
  if (kind === "age" || rule.metric === "seconds_to_exhaustion") return "up";
  return "any";
}

/** When a clock that counts seconds reaches the thresholds ahead of it, and when it has passed them. */
function crossings(rule: Rule, seconds: number, now: number): number[] {
  return rule.tiers
    .flatMap(({ threshold, recovery }) => (recovery === null ? [threshold] : [threshold, recovery]))
    .filter((bound) => bound >= seconds)
    .map((bound) => now + Math.max(1, Math.floor((bound - seconds) * SECOND)));
}

function nextBucket(size: number, now: number): number {
  return floorBucket(now, size) + size;
}
