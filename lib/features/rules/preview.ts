import { holds, isAbove } from "@/lib/domain/alerting/comparison";
import { compileRule, type Rule, type Severity } from "@/lib/domain/alerting/rule";
import { parseInstanceKey } from "@/lib/domain/alerting/scope";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import { parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { limitValue, measureLimits } from "../limits/measure";
import { adviceFor } from "./advice";
import { backtest, type Tested } from "./backtest";
import { chartPoints } from "./chart-points";
import { Fleet } from "./fleet";
import { walk } from "./history";
import type { HistoryContext } from "./history-base";
import { warningDto } from "./queries";
import { readingOf } from "./reading";
import { previewSchema, type RulePreviewDto, type WatchedDto } from "./schemas";
import { STEP_MS } from "./track";

const MOST_SERIES = 4;
const MOST_CLOSEST = 6;
const MOST_FIRED = 20;
const MOST_EXHAUSTIONS = 20;
/** Of the chart, by the days it shows. */
const CHART_STEP: Record<number, number> = { 1: 10 * MINUTE, 7: HOUR, 30: 4 * HOUR };

type Values = Map<string, number | null>;

/** What a rule that is being written reads now, and what it would have done. Anybody may ask. Throws `invalid`. */
export async function previewRule(input: unknown, now = Date.now()): Promise<RulePreviewDto> {
  const { rule: definition, id, days } = parse(previewSchema, input);
  const { db, settings } = runtime();
  const rule = compileRule(definition);
  const fleet = await Fleet.load(db.pool);
  const context = { client: db.pool, fleet, now, retentionDays: settings.retentionEventsDays };
  const stepMs = CHART_STEP[days] ?? HOUR;
  const to = floorBucket(now, STEP_MS) + STEP_MS;
  const span = { from: floorBucket(to - days * DAY, stepMs), to };
  const [warnings, values, past] = await Promise.all([
    adviceFor(definition, id),
    currentValues(rule, context),
    backtest(rule, span, context),
  ]);
  const fired = firedOf(past.transitions);
  const closest = byCloseness(rule, values);
  const shown = [...new Set([...fired.map(({ scopeKey }) => scopeKey), ...closest])].slice(0, MOST_SERIES);
  const [names, points] = await Promise.all([
    namesOf([
      ...fired.slice(0, MOST_FIRED).map(({ scopeKey }) => scopeKey),
      ...closest.slice(0, MOST_CLOSEST),
      ...shown,
      ...past.exhaustions.map(({ keyId }) => `key:${keyId}`),
    ]),
    chartPoints(rule, { ...span, stepMs }, new Set(shown), context),
  ]);
  const watched = (scopeKey: string): WatchedDto =>
    names.get(scopeKey) ?? { scope_key: scopeKey, key: null, name: scopeKey };
  return {
    warnings: warnings.map(warningDto),
    now: {
      watched: values.size,
      over: overs(rule, values),
      closest: closest.slice(0, MOST_CLOSEST).map((scopeKey) => {
        const value = values.get(scopeKey) ?? null;
        return { ...watched(scopeKey), value, severity: severityOf(rule, value) };
      }),
    },
    past: {
      ...span,
      incidents: past.incidents,
      messages: past.notifications,
      messages_per_week: past.messages_per_week,
      fired: fired.slice(0, MOST_FIRED).map(({ scopeKey, incidents, firstAt }) => ({
        ...watched(scopeKey),
        incidents,
        first_at: firstAt,
      })),
      fired_count: fired.length,
      exhaustions: past.exhaustions.slice(-MOST_EXHAUSTIONS).map(({ keyId, outcome, at, warnedAt }) => ({
        key: String(keyId),
        name: watched(`key:${keyId}`).name,
        outcome,
        at,
        lead_s: warnedAt === null ? null : Math.floor((at - warnedAt) / SECOND),
      })),
    },
    chart: {
      ...span,
      step_ms: stepMs,
      series: shown.map((scopeKey) => ({ ...watched(scopeKey), points: points.get(scopeKey) ?? [] })),
      marks: marksOf(past.transitions, new Set(shown), stepMs),
    },
  };
}

/** What each instance reads now; those without a value too. */
async function currentValues(rule: Rule, context: HistoryContext): Promise<Values> {
  const { client, fleet, now } = context;
  const values: Values = new Map();
  const members = fleet.members(rule.scope);
  if (rule.scope.each !== "consumer") for (const instance of members.keys()) values.set(instance, null);
  if (readingOf(rule) === "limits") {
    const name = rule.metric === "limit_used" ? rule.metric : "seconds_to_exhaustion";
    const measured = await measureLimits(client, [...members.values()].flat(), now);
    for (const [instance, ids] of members) {
      values.set(
        instance,
        limitValue(
          name,
          ids.flatMap((id) => measured.get(id) ?? []),
        ),
      );
    }
    return values;
  }
  const to = floorBucket(now, STEP_MS) + STEP_MS;
  const tracks = await walk(rule, { from: to - STEP_MS, to }, new Map(), true, context);
  for (const [instance, { observation }] of tracks) values.set(instance, observation.value);
  return values;
}

function byCloseness(rule: Rule, values: Values): string[] {
  const sign = isAbove(rule.operator) ? -1 : 1;
  return [...values.keys()].sort((a, b) => {
    const [left, right] = [values.get(a) ?? null, values.get(b) ?? null];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}

function severityOf(rule: Rule, value: number | null): Severity | null {
  if (value === null) return null;
  return rule.tiers.findLast(({ threshold }) => holds(value, rule.operator, threshold))?.severity ?? null;
}

function overs(rule: Rule, values: Values): Record<Severity, number> {
  const count = { warning: 0, critical: 0 };
  for (const value of values.values()) {
    const severity = severityOf(rule, value);
    if (severity !== null) count[severity] += 1;
  }
  return count;
}

type Fired = { scopeKey: string; incidents: number; firstAt: number };

const opens = ({ transition: { alert } }: Tested) => alert.before === null && alert.after !== null;

/** What opened incidents, most often first. */
function firedOf(transitions: readonly Tested[]): Fired[] {
  const found = new Map<string, Fired>();
  for (const { scopeKey, transition } of transitions.filter(opens)) {
    const known = found.get(scopeKey);
    if (known === undefined) found.set(scopeKey, { scopeKey, incidents: 1, firstAt: transition.at });
    else known.incidents += 1;
  }
  return [...found.values()].sort((a, b) => b.incidents - a.incidents || a.firstAt - b.firstAt);
}

function marksOf(transitions: readonly Tested[], shown: ReadonlySet<string>, stepMs: number) {
  const marks = new Map<number, { at: number; severity: Severity }>();
  for (const { scopeKey, transition } of transitions.filter(opens)) {
    const step = floorBucket(transition.at - 1, stepMs);
    const severity = transition.severity ?? "warning";
    if (shown.has(scopeKey) && !marks.has(step)) marks.set(step, { at: transition.at, severity });
  }
  return [...marks.values()];
}

/** What people call these instances. */
async function namesOf(scopeKeys: Iterable<string>): Promise<Map<string, WatchedDto>> {
  const { prisma } = runtime().db;
  const unique = [...new Set(scopeKeys)];
  const parts = unique.map((scopeKey) => ({ scopeKey, ...parseInstanceKey(scopeKey) }));
  const idsOf = (each: string) =>
    parts.flatMap((part) => (part.each === each && part.id !== null ? [part.id] : []));
  const [keys, pools] = await Promise.all([
    prisma.apiKey.findMany({ where: { id: { in: idsOf("key").map(BigInt) } } }),
    prisma.pool.findMany({ where: { id: { in: idsOf("pool") } } }),
  ]);
  const names = new Map<string, string>([
    ...keys.map(({ id, name, hint }) => [`key:${id}`, name ?? hint] as const),
    ...pools.map(({ id, name }) => [`pool:${id}`, name] as const),
  ]);
  return new Map(
    parts.map(({ scopeKey, each, id }) => [
      scopeKey,
      {
        scope_key: scopeKey,
        key: each === "key" ? id : null,
        name: names.get(scopeKey) ?? id ?? "Everything together",
      },
    ]),
  );
}
