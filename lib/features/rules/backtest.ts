import { countIncidents, countNotifications, transitionsOf } from "@/lib/domain/alerting/replay";
import { compileRule, type Rule } from "@/lib/domain/alerting/rule";
import { nextEvaluationAt } from "@/lib/domain/alerting/schedule";
import { initialState, type Observation, type Transition } from "@/lib/domain/alerting/state";
import { step } from "@/lib/domain/alerting/step";
import { DAY } from "@/lib/domain/usage/duration";
import { emptyValue } from "@/lib/domain/usage/metric";
import { windowRange } from "@/lib/domain/usage/window";
import { AppError, type Issue, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { Fleet } from "./fleet";
import { walk } from "./history";
import { groupOf } from "./queries";
import { readingOf } from "./reading";
import { type BacktestDto, type BacktestTransition, backtestSchema } from "./schemas";

const MAX_SPAN_MS = 92 * DAY;

/**
 * What a rule would have done over [from, to): the step function at every 10 s bucket's end, over the stored events by
 * their own time. Anybody may ask; nothing is written. Throws `invalid`.
 */
export async function backtestRule(input: unknown, now = Date.now()): Promise<BacktestDto> {
  const { rule: definition, from, to } = parse(backtestSchema, input);
  const { db, env } = runtime();
  const rule = compileRule(definition);
  const issues = refusals(rule, { from, to });
  if (issues[0] !== undefined)
    throw new AppError("invalid", `${issues[0].path}: ${issues[0].message}`, { issues });
  const fleet = await Fleet.load(db.pool);
  const tracks = await walk(
    rule,
    { from, to: Math.ceil(to / 10_000) * 10_000 },
    new Map(),
    emptyMatters(rule, from),
    { client: db.pool, fleet, now, retentionDays: env.retentionEventsDays },
  );
  const transitions: { scopeKey: string; transition: Transition }[] = [];
  let incidents = 0;
  let notifications = 0;
  for (const [scopeKey, { effects }] of tracks) {
    incidents += countIncidents(effects);
    notifications += countNotifications(effects);
    for (const transition of transitionsOf(effects)) transitions.push({ scopeKey, transition });
  }
  const order = (scopeKey: string) => (scopeKey.startsWith("key:") ? Number(scopeKey.slice(4)) : 0);
  transitions.sort(
    (a, b) =>
      a.transition.at - b.transition.at ||
      order(a.scopeKey) - order(b.scopeKey) ||
      (a.scopeKey < b.scopeKey ? -1 : a.scopeKey > b.scopeKey ? 1 : 0),
  );
  const pools = new Map(
    [...fleet.keys.values()].flatMap(({ pool }) => (pool === null ? [] : [[pool.id, pool.name]])),
  );
  return {
    transitions: transitions.map(({ scopeKey, transition }) => toDto(scopeKey, transition, pools)),
    incidents,
    notifications,
  };
}

function refusals(rule: Rule, { from, to }: { from: number; to: number }): Issue[] {
  const issues: Issue[] = [];
  if (readingOf(rule) === "limits") {
    const message = `${rule.metric} cannot be tested on the past, as limits are known for now only: test a rule on what the limit counts`;
    issues.push({ path: "rule.metric", message });
  }
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

function toDto(
  scopeKey: string,
  transition: Transition,
  pools: ReadonlyMap<string, string>,
): BacktestTransition {
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
