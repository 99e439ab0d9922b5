import { eventsKeptFrom } from "@/lib/db/partitions";
import { isAbove } from "@/lib/domain/alerting/comparison";
import { compileRule, type Rule } from "@/lib/domain/alerting/rule";
import {
  furthest,
  type IncidentChartPlan,
  type IncidentChartSpan,
  incidentPoints,
  planIncidentChart,
  planReplay,
  type Recorded,
  seriesFor,
  withRecorded,
} from "@/lib/domain/charts/incident-chart";
import { metric } from "@/lib/domain/usage/metric";
import type { Point } from "@/lib/domain/usage/steps";
import {
  ceilBucket,
  FINEST,
  floorBucket,
  TIER_KEPT_MS,
  type Window,
  windowRangeAtEnd,
} from "@/lib/domain/usage/window";
import { isAppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { chartPoints } from "../rules/chart-points";
import { Fleet } from "../rules/fleet";
import { readingOf } from "../rules/reading";
import { getUsage } from "../usage/series";
import { readTotals } from "../usage/totals";
import type { IncidentDetailDto } from "./queries";

export interface IncidentChartData {
  span: IncidentChartSpan;
  /** One, or one for each of the keys that went furthest of those that share the incident. */
  series: Line[];
  /** How many keys share it; 1 where none do. */
  keys: number;
  /** Whether what fired is not what stored use and the limits that were set make of it. */
  differs: boolean;
}

type Line = { key: string | null; points: Point[] };
type Lines = { span: IncidentChartSpan; lines: Line[] };

/** Lines that can still be told apart. */
const MOST_LINES = 5;
/** Of more members than this the first are looked at. */
const MOST_READ = 50;
/** What is read event by event is not drawn past so many: a page waits for it, a second for some two million. */
const MOST_EVENTS = 1_000_000;

/** The metric around an incident as its rule saw it; null where what it was made of is no longer kept, or too much. */
export async function incidentChartData(
  incident: IncidentDetailDto,
  now: number,
  mostEvents = MOST_EVENTS,
): Promise<IncidentChartData | null> {
  const { definition, scope_key, members, operator } = incident;
  const shared = scope_key.startsWith("keys:");
  const keys = shared ? members.slice(0, MOST_READ) : [null];
  const rule = compileRule(definition);
  const about = {
    metric: incident.metric,
    window: rule.window,
    startedAt: Date.parse(incident.started_at),
    resolvedAt: incident.resolved_at === null ? null : Date.parse(incident.resolved_at),
    now,
  };
  const plan = definition.scope.tag === undefined ? planIncidentChart(about) : null;
  const found =
    plan !== null && rule.window !== null
      ? await addUp(incident, keys, plan, rule.window, now)
      : await replay(incident, keys, rule, { ...about, mostEvents });
  if (found === null) return null;
  const { span } = found;
  const above = isAbove(operator);
  // Late events, or a bucket that went on, may have changed what fired since.
  const lines = found.lines.map(({ key, points }) => ({
    key,
    ...withRecorded(span, points, firedOf(incident, key), above),
  }));
  return {
    span,
    series: furthest(lines, { above, most: MOST_LINES }).map(({ key, points }) => ({ key, points })),
    keys: shared ? members.length : 1,
    differs: metric(incident.metric).kind === "limit" && lines.some(({ differs }) => differs),
  };
}

/** What the rule read whenever it fired, of one key or of all that the incident is about. */
function firedOf({ transitions }: IncidentDetailDto, key: string | null): Recorded[] {
  return transitions.flatMap(({ key: of, to, value, at }) =>
    to === "firing" && value !== null && (key === null || of === key) ? [{ at: Date.parse(at), value }] : [],
  );
}

/** Windows put together from usage. */
async function addUp(
  incident: IncidentDetailDto,
  keys: readonly (string | null)[],
  plan: IncidentChartPlan,
  window: Window,
  now: number,
): Promise<Lines | null> {
  const names = seriesFor(incident.metric);
  const ofKeys = keys.filter((key) => key !== null);
  try {
    const { series } = await getUsage(
      {
        ...(ofKeys.length > 0
          ? { key: ofKeys, group_by: "key" }
          : scopeOf(incident.definition.scope, incident.scope_key)),
        metric: names,
        from: String(plan.readFrom),
        to: String(plan.to),
        step: plan.step,
      },
      now,
    );
    const pointsOf = (key: string | null) =>
      names.map((name) => series.find(({ metric: of, group }) => of === name && group === key)?.points ?? []);
    const lines = keys.map((key) => ({ key, points: incidentPoints(plan, window, pointsOf(key)) }));
    return { span: plan, lines };
  } catch (error) {
    // What was kept of the time may have been dropped meanwhile.
    if (isAppError(error) && error.code === "invalid") return null;
    throw error;
  }
}

/** The rule stepped through stored history again. */
async function replay(
  { scope_key }: IncidentDetailDto,
  keys: readonly (string | null)[],
  rule: Rule,
  about: Parameters<typeof planIncidentChart>[0] & { mostEvents: number },
): Promise<Lines | null> {
  const { db, settings } = runtime();
  const { now } = about;
  const retentionDays = settings.retentionEventsDays;
  const reading = readingOf(rule);
  const fromTiers = reading === "limits" || reading === "tiers";
  const keptFrom = fromTiers ? now - TIER_KEPT_MS.minute : eventsKeptFrom(now, retentionDays);
  const span = planReplay({ ...about, keptFrom });
  if (span === null) return null;
  const instance = (key: string | null) => (key === null ? scope_key : `key:${key}`);
  const instances = new Set(keys.map(instance));
  const fleet = await Fleet.load(db.pool);
  if (!fromTiers && (await requestsOf(rule, span, instances, fleet, now)) > about.mostEvents) return null;
  const context = { client: db.pool, fleet, now, retentionDays, forChart: true };
  // The bucket that is still filling counts as far as it is known.
  const stepped = { ...span, to: ceilBucket(span.to, FINEST) };
  const points = await chartPoints(rule, stepped, instances, context);
  return { span, lines: keys.map((key) => ({ key, points: points.get(instance(key)) ?? [] })) };
}

/** How many requests there were of what these instances count, windows included. */
async function requestsOf(
  rule: Rule,
  { from, to }: IncidentChartSpan,
  instances: ReadonlySet<string>,
  fleet: Fleet,
  now: number,
): Promise<number> {
  const ofConsumers = rule.scope.each === "consumer";
  const members = [...fleet.members(rule.scope)];
  const keyIds = members.flatMap(([instance, ids]) => (ofConsumers || instances.has(instance) ? ids : []));
  const begin = rule.window === null ? from : windowRangeAtEnd(rule.window, from).from;
  const range = { from: floorBucket(begin, FINEST), to: ceilBucket(to, FINEST) };
  const totals = await readTotals(runtime().db.pool, range, now, { filter: { keyIds } });
  return totals.get(null)?.requests ?? 0;
}

/** The rule's scope, narrowed to the one thing the incident is about. */
function scopeOf(
  { key, provider, pool, source, consumer }: IncidentDetailDto["definition"]["scope"],
  scopeKey: string,
): Record<string, unknown> {
  const colon = scopeKey.indexOf(":");
  const field = colon === -1 ? "" : scopeKey.slice(0, colon);
  const value = scopeKey.slice(colon + 1);
  const narrowed = { provider, pool, source, consumer, ...(field === "key" ? {} : { [field]: value }) };
  const given = Object.entries(narrowed).filter(([name, of]) => name !== "" && of !== undefined);
  return { key: field === "key" ? [value] : key === undefined ? [] : [key], ...Object.fromEntries(given) };
}
