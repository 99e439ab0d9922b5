import type { Prisma } from "@/lib/db/client";
import type { Attention } from "@/lib/domain/alerting/attention";
import { type RuleInput, ruleInputSchema } from "@/lib/domain/alerting/rule";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { listDeliveries } from "../deliveries/queries";
import type { DeliveryDto } from "../deliveries/schemas";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { groupOf } from "../rules/queries";
import { incidentIdOf } from "./alias";
import { badLink, readAcknowledgementToken, tokenMark } from "./link";
import {
  type IncidentDto,
  type IncidentTransition,
  incidentsQuerySchema,
  type TimelineEntry,
} from "./schemas";

type IncidentRow = Prisma.IncidentGetPayload<object>;

export interface IncidentDetailDto extends IncidentDto {
  /** As it was when the incident opened. */
  definition: RuleInput;
  /** In order. */
  timeline: TimelineEntry[];
  transitions: IncidentTransition[];
  /** The latest 500. */
  deliveries: DeliveryDto[];
}

const MOST_EVENTS = 1_000;
const MOST_TRANSITIONS = 500;
const MOST_NAMED = 500;

/** Incidents, the newest first; `state` (also `open`), `key`, `rule`, `severity` and `q` narrow the list. Throws `invalid`. */
export async function listIncidents(params: unknown): Promise<Page<IncidentDto>> {
  const { limit, cursor } = parse(pageSchema, params);
  const { state, key, rule, severity, q } = parse(incidentsQuerySchema, params);
  const before = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const and: Prisma.IncidentWhereInput[] = [];
  if (key !== undefined) and.push({ OR: [{ keyId: BigInt(key) }, { members: { has: BigInt(key) } }] });
  if (q !== undefined && q !== "") and.push(await named(q));
  if (before !== undefined) {
    and.push({ OR: [{ startedAt: { lt: before.at } }, { startedAt: before.at, id: { lt: before.id } }] });
  }
  const rows = await runtime().db.prisma.incident.findMany({
    where: {
      ...(state === undefined ? {} : { state: state === "open" ? { not: "resolved" } : state }),
      ...(rule === undefined ? {} : { ruleId: rule }),
      ...(severity === undefined ? {} : { severity }),
      AND: and,
    },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const toDto = await translator(rows);
  return toPage(rows, limit, toDto, (row) => [row.startedAt.getTime(), row.id]);
}

/** Part of the rule's name, or of the name or hint of what it is about. */
async function named(q: string): Promise<Prisma.IncidentWhereInput> {
  const { prisma } = runtime().db;
  const contains = { contains: q, mode: "insensitive" as const };
  const [keys, pools] = await Promise.all([
    prisma.apiKey.findMany({
      where: { OR: [{ name: contains }, { hint: contains }] },
      select: { id: true },
      take: MOST_NAMED,
    }),
    prisma.pool.findMany({ where: { name: contains }, select: { id: true }, take: MOST_NAMED }),
  ]);
  const ids = keys.map(({ id }) => id);
  return {
    OR: [
      { ruleName: contains },
      { keyId: { in: ids } },
      ...(ids.length === 0 ? [] : [{ members: { hasSome: ids } }]),
      { scopeKey: { in: pools.map(({ id }) => `pool:${id}`) } },
      // Keys and pools stand there by id, which nobody searches for.
      {
        scopeKey: contains,
        NOT: [{ scopeKey: { startsWith: "key:" } }, { scopeKey: { startsWith: "pool:" } }],
      },
    ],
  };
}

/** One incident with all that happened. Throws `not_found`. */
export async function getIncident(asked: string): Promise<IncidentDetailDto> {
  const { prisma } = runtime().db;
  const id = await incidentIdOf(prisma, asked);
  const row = await prisma.incident.findUnique({ where: { id } });
  if (row === null) throw noIncident(id);
  const [events, transitions, deliveries, toDto] = await Promise.all([
    prisma.incidentEvent.findMany({
      where: { incidentId: id },
      orderBy: [{ at: "asc" }, { seq: "asc" }],
      take: MOST_EVENTS,
    }),
    prisma.transition.findMany({
      where: { incidentId: id },
      orderBy: [{ at: "asc" }, { createdAt: "asc" }],
      take: MOST_TRANSITIONS,
    }),
    listDeliveries({ incident: id, limit: 500 }),
    translator([row]),
  ]);
  return {
    ...toDto(row),
    definition: definitionOf(row),
    timeline: events.map(toTimelineEntry),
    transitions: transitions.map((transition) => ({
      id: transition.id,
      key: transition.scopeKey.startsWith("key:") ? transition.scopeKey.slice(4) : null,
      at: transition.at.toISOString(),
      from: transition.fromStatus,
      to: transition.toStatus,
      severity: transition.severity,
      value: transition.value,
      threshold: transition.threshold,
      reason: transition.reason,
      quiet: transition.quiet,
    })),
    deliveries: deliveries.data,
  };
}

/** One incident as lists show it. Throws `not_found`. */
export async function getIncidentSummary(asked: string): Promise<IncidentDto> {
  const { prisma } = runtime().db;
  const id = await incidentIdOf(prisma, asked);
  const row = await prisma.incident.findUnique({ where: { id } });
  if (row === null) throw noIncident(id);
  return (await translator([row]))(row);
}

export type LinkState = "ready" | "used" | "acknowledged" | "resolved";

/** What the page behind a link shows before it acts. Throws `not_found` on a link that was not made here. */
export async function describeLink(token: string): Promise<{ incident: IncidentDto; state: LinkState }> {
  const link = readAcknowledgementToken(token);
  if (link === null) throw badLink();
  const incident = await getIncidentSummary(link.incidentId);
  if (incident.state !== "firing") return { incident, state: incident.state };
  const used = await runtime().db.prisma.incidentEvent.count({
    where: {
      incidentId: incident.id,
      kind: "acknowledged",
      data: { path: ["link"], equals: tokenMark(token) },
    },
  });
  return { incident, state: used > 0 ? "used" : "ready" };
}

export const noIncident = (id: string): AppError =>
  new AppError("not_found", `There is no incident ${id.slice(0, 40)}.`);

/** An entry as API and pages see it. */
export function toTimelineEntry({
  id,
  at,
  kind,
  actor,
  data,
}: Prisma.IncidentEventGetPayload<object>): TimelineEntry {
  const fields = typeof data === "object" && data !== null && !Array.isArray(data) ? data : {};
  return { ...fields, id, at: at.toISOString(), kind, actor };
}

function flappingSince({ attention, state }: IncidentRow): string | null {
  const since = (attention as Partial<Attention>).flappingSince ?? null;
  return since === null || state === "resolved" ? null : new Date(since).toISOString();
}

const definitionOf = (row: IncidentRow): RuleInput => ruleInputSchema.parse(row.rule);

/** Reads the names that the rows need at once. */
async function translator(rows: readonly IncidentRow[]): Promise<(row: IncidentRow) => IncidentDto> {
  const { prisma } = runtime().db;
  const keyIds = rows.flatMap(({ keyId }) => (keyId === null ? [] : [keyId]));
  const poolIds = rows.flatMap(({ scopeKey }) => (scopeKey.startsWith("pool:") ? [scopeKey.slice(5)] : []));
  const [keys, pools] = await Promise.all([
    keyIds.length === 0 ? [] : prisma.apiKey.findMany({ where: { id: { in: keyIds } } }),
    poolIds.length === 0 ? [] : prisma.pool.findMany({ where: { id: { in: poolIds } } }),
  ]);
  const keyById = new Map(keys.map((key) => [key.id, key]));
  const poolById = new Map(pools.map((pool) => [pool.id, pool]));
  return (row) => {
    const key = row.keyId === null ? undefined : keyById.get(row.keyId);
    const group = groupOf(row.scopeKey);
    const pool = poolById.get(group ?? "");
    const { metric, operator, window } = definitionOf(row);
    const ofProvider = row.scopeKey.startsWith("provider:") || row.scopeKey.startsWith("keys:");
    const provider = ofProvider ? group : ((key ?? pool)?.provider ?? null);
    return {
      id: row.id,
      rule: row.ruleId,
      rule_name: row.ruleName,
      state: row.state as IncidentDto["state"],
      severity: row.severity as IncidentDto["severity"],
      key: row.keyId === null ? null : String(row.keyId),
      members: row.members.map(String),
      scope_key: row.scopeKey,
      subject: row.scopeKey.startsWith("keys:")
        ? `${row.members.length} keys of ${group}`
        : key === undefined
          ? (pool?.name ?? group)
          : (key.name ?? key.hint),
      provider: provider || null,
      metric,
      operator,
      window,
      value: row.value,
      threshold: row.threshold,
      started_at: row.startedAt.toISOString(),
      resolved_at: row.resolvedAt?.toISOString() ?? null,
      acknowledged_at: row.acknowledgedAt?.toISOString() ?? null,
      acknowledged_by: row.acknowledgedBy,
      snoozed_until: row.snoozedUntil?.toISOString() ?? null,
      flapping_since: flappingSince(row),
    };
  };
}
