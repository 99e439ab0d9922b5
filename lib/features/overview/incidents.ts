import type { Prisma } from "@/lib/db/client";
import type { Range } from "@/lib/domain/usage/window";
import { runtime } from "@/lib/runtime";
import type { IncidentSummary } from "./schemas";

/** The worst and newest open incidents, and how many there are. */
export async function openIncidents(most: number): Promise<{ open: number; data: IncidentSummary[] }> {
  const { prisma } = runtime().db;
  const where: Prisma.IncidentWhereInput = { state: { not: "resolved" } };
  const [open, rows] = await Promise.all([
    prisma.incident.count({ where }),
    prisma.incident.findMany({ where, orderBy: [{ severity: "asc" }, { startedAt: "desc" }], take: most }),
  ]);
  return { open, data: await toSummaries(rows) };
}

/** The latest incidents that a key has part in, open ones first. */
export async function incidentsOfKey(keyId: number, most: number): Promise<IncidentSummary[]> {
  const rows = await runtime().db.prisma.incident.findMany({
    where: { OR: [{ keyId }, { members: { has: BigInt(keyId) } }] },
    orderBy: [{ startedAt: "desc" }],
    take: most,
  });
  const summaries = await toSummaries(rows);
  return [
    ...summaries.filter(({ state }) => state !== "resolved"),
    ...summaries.filter(({ state }) => state === "resolved"),
  ];
}

/** The latest incidents of a group: of its keys, or of itself (`scopeKey`), open ones first. */
export async function incidentsOfGroup(
  keyIds: readonly number[],
  scopeKey: string,
  most: number,
): Promise<IncidentSummary[]> {
  const ids = keyIds.map(BigInt);
  const part = { OR: [{ scopeKey }, { keyId: { in: ids } }, { members: { hasSome: ids } }] };
  const latest = (state: Prisma.IncidentWhereInput) =>
    runtime().db.prisma.incident.findMany({
      where: { ...part, ...state },
      orderBy: [{ startedAt: "desc" }],
      take: most,
    });
  const [open, resolved] = await Promise.all([
    latest({ state: { not: "resolved" } }),
    latest({ state: "resolved" }),
  ]);
  return toSummaries([...open, ...resolved].slice(0, most));
}

/** The incidents that a key had part in during a range, the earliest first. */
export async function incidentsWithin(
  keyId: number,
  { from, to }: Range,
  most: number,
): Promise<IncidentSummary[]> {
  const rows = await runtime().db.prisma.incident.findMany({
    where: {
      AND: [
        { OR: [{ keyId }, { members: { has: BigInt(keyId) } }] },
        { startedAt: { lt: new Date(to) } },
        { OR: [{ resolvedAt: null }, { resolvedAt: { gt: new Date(from) } }] },
      ],
    },
    orderBy: [{ startedAt: "desc" }],
    take: most,
  });
  return toSummaries(rows.toReversed());
}

export const countOpenIncidents = (): Promise<number> =>
  runtime().db.prisma.incident.count({ where: { state: { not: "resolved" } } });

async function toSummaries(rows: Prisma.IncidentGetPayload<object>[]): Promise<IncidentSummary[]> {
  const keyIds = rows.flatMap(({ keyId }) => (keyId === null ? [] : [keyId]));
  const poolIds = rows.flatMap(({ scopeKey }) => (scopeKey.startsWith("pool:") ? [scopeKey.slice(5)] : []));
  const { prisma } = runtime().db;
  const [keys, pools] = await Promise.all([
    keyIds.length === 0
      ? []
      : prisma.apiKey.findMany({
          where: { id: { in: keyIds } },
          select: { id: true, name: true, hint: true, provider: true },
        }),
    poolIds.length === 0
      ? []
      : prisma.pool.findMany({
          where: { id: { in: poolIds } },
          select: { id: true, name: true, provider: true },
        }),
  ]);
  return rows.map((row) => {
    const key = keys.find(({ id }) => id === row.keyId);
    const pool = pools.find(({ id }) => row.scopeKey === `pool:${id}`);
    const [, kind, group = null] = /^(provider|consumer|keys):(.*)$/s.exec(row.scopeKey) ?? [];
    const named = kind === "keys" ? `${row.members.length} keys of ${group}` : group;
    return {
      id: row.id,
      rule_name: row.ruleName,
      state: row.state as IncidentSummary["state"],
      severity: row.severity as IncidentSummary["severity"],
      metric: metricOf(row.rule),
      subject: key ? (key.name ?? key.hint) : (pool?.name ?? named),
      provider: (key ?? pool)?.provider || null,
      key: row.keyId === null ? null : String(row.keyId),
      value: row.value,
      threshold: row.threshold,
      started_at: row.startedAt.toISOString(),
      resolved_at: row.resolvedAt?.toISOString() ?? null,
    };
  });
}

/** The rule is kept as it was when the incident opened. */
function metricOf(rule: Prisma.JsonValue): string {
  const found = typeof rule === "object" && rule !== null && "metric" in rule ? rule.metric : null;
  return typeof found === "string" ? found : "";
}
