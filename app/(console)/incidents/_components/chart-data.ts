import { isAbove } from "@/lib/domain/alerting/comparison";
import { compileRule } from "@/lib/domain/alerting/rule";
import {
  furthest,
  type IncidentChartPlan,
  incidentPoints,
  planIncidentChart,
  seriesFor,
} from "@/lib/domain/charts/incident-chart";
import type { Point } from "@/lib/domain/usage/steps";
import { isAppError } from "@/lib/errors";
import type { IncidentDetailDto } from "@/lib/features/incidents/queries";
import { getUsage } from "@/lib/features/usage/series";

export interface IncidentChartData {
  plan: IncidentChartPlan;
  /** One, or one for each of the keys that went furthest of those that share the incident. */
  series: { key: string | null; points: Point[] }[];
  /** How many keys share it; 1 where none do. */
  keys: number;
}

/** Lines that can still be told apart. */
const MOST_LINES = 5;
/** Of more members than this the first are looked at. */
const MOST_READ = 50;

/** The metric around an incident as its rule saw it; null where there is no series of it. */
export async function incidentChartData(
  incident: IncidentDetailDto,
  now: number,
): Promise<IncidentChartData | null> {
  const { definition, scope_key, members } = incident;
  const shared = scope_key.startsWith("keys:");
  // Use is not kept by tag.
  if (definition.scope.tag !== undefined) return null;
  const { window } = compileRule(definition);
  const plan = planIncidentChart({
    metric: incident.metric,
    window,
    startedAt: Date.parse(incident.started_at),
    resolvedAt: incident.resolved_at === null ? null : Date.parse(incident.resolved_at),
    now,
  });
  if (plan === null || window === null) return null;
  try {
    const { series } = await getUsage(
      {
        ...(shared
          ? { key: members.slice(0, MOST_READ), group_by: "key" }
          : scopeOf(definition.scope, scope_key)),
        metric: seriesFor(incident.metric),
        from: String(plan.readFrom),
        to: String(plan.to),
        step: plan.step,
      },
      now,
    );
    const read = (key: string | null) =>
      incidentPoints(
        plan,
        window,
        seriesFor(incident.metric).map(
          (name) => series.find(({ metric, group }) => metric === name && group === key)?.points ?? [],
        ),
      );
    const lines = (shared ? members.slice(0, MOST_READ) : [null]).map((key) => ({ key, points: read(key) }));
    const worst = furthest(lines, { above: isAbove(incident.operator), most: MOST_LINES });
    return { plan, series: worst, keys: shared ? members.length : 1 };
  } catch (error) {
    // What was kept of the time may have been dropped meanwhile.
    if (isAppError(error) && error.code === "invalid") return null;
    throw error;
  }
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
