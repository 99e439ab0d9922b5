import { type OpenSpan, openSpans, warnedAt } from "@/lib/domain/alerting/exhaustion";
import { countIncidents, countNotifications, transitionsOf } from "@/lib/domain/alerting/replay";
import { compileRule, type Rule } from "@/lib/domain/alerting/rule";
import { nextEvaluationAt } from "@/lib/domain/alerting/schedule";
import { initialState, type Observation, type Transition } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import { DAY, SECOND } from "@/lib/domain/usage/duration";
import { emptyValue } from "@/lib/domain/usage/metric";
import { ceilBucket, FINEST, type Range, windowRange } from "@/lib/domain/usage/window";
import { AppError, type Issue, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { type Exhaustion, readExhaustions } from "./exhaustions";
import { Fleet } from "./fleet";
import { walk } from "./history";
import type { AnyTrack, HistoryContext } from "./history-base";
import { groupOf } from "./queries";
import {
  type BacktestDto,
  type BacktestExhaustion,
  type BacktestTransition,
  backtestSchema,
} from "./schemas";

const MAX_SPAN_MS = 92 * DAY;

/**
 * What a rule would have done over [from, to): the step function at every 10 s bucket's end, over the stored events by
 * their own time, and how long before each exhaustion it would have warned. Rules on limits count against the limits that
 * keys have now. Anybody may ask; nothing is written. Throws `invalid`.
 */
export async function backtestRule(input: unknown, now = Date.now()): Promise<BacktestDto> {
  const { rule: definition, from, to } = parse(backtestSchema, input);
  const { db, settings } = runtime();
  const rule = compileRule(definition);
  const issues = refusals({ from, to });
  if (issues[0] !== undefined)
    throw new AppError("invalid", `${issues[0].path}: ${issues[0].message}`, { issues });
  const fleet = await Fleet.load(db.pool);
  const context = { client: db.pool, fleet, now, retentionDays: settings.retentionEventsDays };
  const { transitions, exhaustions, ...counts } = await backtest(rule, { from, to }, context);
  const pools = new Map(
    [...fleet.keys.values()].flatMap(({ pool }) => (pool === null ? [] : [[pool.id, pool.name]])),
  );
  return {
    transitions: transitions.map((one) => toDto(one, pools)),
    ...counts,
    exhaustions: exhaustions.map(exhaustionDto),
  };
}

/** A transition of one instance. */
export interface Tested {
  scopeKey: string;
  transition: Transition;
}

/** `warnedAt`: since when the alert had been open that covers the key; null where none was. */
export interface TestedExhaustion extends Exhaustion {
  warnedAt: number | null;
}

/** The back-test of a rule that is known to be right: transitions by instant, then key. */
export async function backtest(rule: Rule, { from, to }: Range, context: HistoryContext) {
  const span = { from, to: ceilBucket(to, FINEST) };
  const effectsOnly = { ...context, effectsOnly: true };
  const instances = instancesOf(rule, context);
  // Neither waits for the other.
  const [tracks, exhaustions] = await Promise.all([
    walk(rule, span, new Map(), emptyMatters(rule, from), effectsOnly),
    readExhaustions(context.client, { from, to }, [...instances.keys()]),
  ]);
  const transitions: Tested[] = [];
  let incidents = 0;
  let notifications = 0;
  for (const [scopeKey, { effects }] of tracks) {
    incidents += countIncidents(effects);
    notifications += countNotifications(effects);
    for (const transition of transitionsOf(effects)) transitions.push({ scopeKey, transition });
  }
  return {
    transitions: transitions.sort(inOrder),
    incidents,
    notifications,
    messages_per_week: Math.round(((notifications * 7 * DAY) / (to - from)) * 100) / 100,
    exhaustions: withWarnings(exhaustions, instances, tracks),
  };
}

function inOrder(a: Tested, b: Tested): number {
  const key = ({ scopeKey }: Tested) => (scopeKey.startsWith("key:") ? Number(scopeKey.slice(4)) : 0);
  return (
    a.transition.at - b.transition.at ||
    key(a) - key(b) ||
    (a.scopeKey < b.scopeKey ? -1 : a.scopeKey > b.scopeKey ? 1 : 0)
  );
}

/** The instance that each of the scope's keys belongs to. */
function instancesOf(rule: Rule, { fleet }: HistoryContext): Map<number, string> {
  const instances = new Map<number, string>();
  // A consumer's use of a key says nothing of when the key itself runs dry.
  if (rule.scope.each === "consumer") return instances;
  for (const [instance, members] of fleet.members(rule.scope)) {
    for (const keyId of members) instances.set(keyId, instance);
  }
  return instances;
}

/** Every exhaustion, and whether the alert that covers its key was open by then. */
function withWarnings(
  found: readonly Exhaustion[],
  instances: ReadonlyMap<number, string>,
  tracks: ReadonlyMap<string, AnyTrack>,
): TestedExhaustion[] {
  const spans = new Map<string, OpenSpan[]>();
  return found.map((exhaustion) => {
    const instance = instances.get(exhaustion.keyId) ?? "";
    const known = spans.get(instance) ?? openSpans(transitionsOf(tracks.get(instance)?.effects ?? []));
    spans.set(instance, known);
    return { ...exhaustion, warnedAt: warnedAt(known, exhaustion.at) };
  });
}

function refusals({ from, to }: Range): Issue[] {
  const issues: Issue[] = [];
  if (to <= from) issues.push({ path: "to", message: "must be later than from" });
  else if (to - from > MAX_SPAN_MS)
    issues.push({ path: "from", message: "must be at most 92 days before to" });
  return issues;
}

/** Whether an instance without any event can fire: then all of the scope take part. */
export function emptyMatters(rule: Rule, at: number): boolean {
  const period =
    rule.isQuota && rule.window !== null ? { periodStart: windowRange(rule.window, at).from } : {};
  const observation: Observation = { value: emptyValue(rule.metric), requests: 0, ...period };
  const { state, effects } = step(rule, initialState(), observation, at);
  return effects.length > 0 || nextEvaluationAt(rule, state, observation, at) !== null;
}

function toDto({ scopeKey, transition }: Tested, pools: ReadonlyMap<string, string>): BacktestTransition {
  const group = groupOf(scopeKey);
  return {
    at: new Date(transition.at).toISOString(),
    key: scopeKey.startsWith("key:") ? scopeKey.slice(4) : null,
    group: group === null ? null : (pools.get(group) ?? group),
    from: transition.from,
    to: transition.to,
    severity: transition.severity,
    value: transition.value,
  };
}

function exhaustionDto({ keyId, outcome, at, warnedAt: warned }: TestedExhaustion): BacktestExhaustion {
  return {
    key: String(keyId),
    outcome,
    at: new Date(at).toISOString(),
    warned_at: warned === null ? null : new Date(warned).toISOString(),
    lead_s: warned === null ? null : Math.floor((at - warned) / SECOND),
  };
}
