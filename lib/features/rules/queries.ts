import { z } from "zod";
import type { Prisma } from "@/lib/db/client";
import type { Advice } from "@/lib/domain/alerting/advice";
import type { InstanceState, Status } from "@/lib/domain/alerting/state";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { adviceFor } from "./advice";
import { definitionOf } from "./definition";
import type { RuleDetailDto, RuleDto, RuleInstanceDto, RuleWarningDto } from "./schemas";

type RuleRow = Prisma.RuleGetPayload<object>;
type States = Partial<Record<Status, number>>;

const MOST_INSTANCES = 500;

export const rulesQuerySchema = pageSchema.extend({ q: z.string().trim().max(200).optional() });

/** Rules, newest first. */
export async function listRules(params: unknown): Promise<Page<RuleDto>> {
  const { limit, cursor, q } = parse(rulesQuerySchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.rule.findMany({
    where: {
      deletedAt: null,
      ...(q === undefined || q === "" ? {} : { name: { contains: q, mode: "insensitive" } }),
      ...(after === undefined
        ? {}
        : { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const states = await statesOf(rows.map((row) => row.id));
  return toPage(
    rows,
    limit,
    (row) => ruleDto(row, states.get(row.id) ?? {}),
    (row) => [row.createdAt.getTime(), row.id],
  );
}

/** A rule with the instances that are not ok. Throws `not_found`. */
export async function getRule(id: string): Promise<RuleDetailDto> {
  const { prisma } = runtime().db;
  const row = await prisma.rule.findFirst({ where: { id, deletedAt: null } });
  if (row === null) throw noRule(id);
  const [states, warnings, instances] = await Promise.all([
    statesOf([id]),
    adviceFor(definitionOf(row), id),
    prisma.ruleInstance.findMany({
      where: { ruleId: id, status: { not: "ok" } },
      orderBy: [{ severity: { sort: "asc", nulls: "last" } }, { scopeKey: "asc" }],
      take: MOST_INSTANCES,
    }),
  ]);
  return {
    ...ruleDto(row, states.get(id) ?? {}),
    instances: await instanceDtos(instances),
    warnings: warnings.map(warningDto),
  };
}

export const noRule = (id: string): AppError =>
  new AppError("not_found", `There is no rule ${id.slice(0, 40)}.`);

function ruleDto(row: RuleRow, states: States): RuleDto {
  return {
    id: row.id,
    ...definitionOf(row),
    version: row.version,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    evaluated_to: row.evaluatedTo.toISOString(),
    states,
  };
}

export const warningDto = ({ code, message, rule }: Advice): RuleWarningDto => ({
  code,
  message,
  rule: rule ?? null,
});

async function statesOf(ruleIds: string[]): Promise<Map<string, States>> {
  const found = new Map<string, States>();
  if (ruleIds.length === 0) return found;
  const groups = await runtime().db.prisma.ruleInstance.groupBy({
    by: ["ruleId", "status"],
    where: { ruleId: { in: ruleIds }, status: { not: "ok" } },
    _count: true,
  });
  for (const { ruleId, status, _count } of groups) {
    found.set(ruleId, { ...found.get(ruleId), [status]: _count });
  }
  return found;
}

async function instanceDtos(rows: Prisma.RuleInstanceGetPayload<object>[]): Promise<RuleInstanceDto[]> {
  const { prisma } = runtime().db;
  const keyIds = rows.flatMap(({ keyId }) => (keyId === null ? [] : [keyId]));
  const poolIds = rows.flatMap(({ scopeKey }) => (scopeKey.startsWith("pool:") ? [scopeKey.slice(5)] : []));
  const [keys, pools] = await Promise.all([
    keyIds.length === 0 ? [] : prisma.apiKey.findMany({ where: { id: { in: keyIds } } }),
    poolIds.length === 0 ? [] : prisma.pool.findMany({ where: { id: { in: poolIds } } }),
  ]);
  const keyById = new Map(keys.map((key) => [key.id, key]));
  const poolById = new Map(pools.map((pool) => [pool.id, pool]));
  return rows.map((row) => {
    const key = row.keyId === null ? undefined : keyById.get(row.keyId);
    const group = groupOf(row.scopeKey);
    const state = row.state as unknown as InstanceState;
    return {
      scope_key: row.scopeKey,
      key: row.keyId === null ? null : String(row.keyId),
      group,
      name: key?.name ?? (group === null ? null : (poolById.get(group)?.name ?? group)),
      hint: key?.hint ?? null,
      status: state.status,
      severity: state.severity,
      value: row.value,
      since: state.since === null ? null : new Date(state.since).toISOString(),
      error: state.error,
      observed_at: row.observedAt?.toISOString() ?? null,
      next_evaluation_at: row.nextEvaluationAt?.toISOString() ?? null,
      incident: row.incidentId,
    };
  });
}

/** What stands behind the first colon of `pool:…`, `provider:…` and `consumer:…`; null for keys and `all`. */
export function groupOf(scopeKey: string): string | null {
  const colon = scopeKey.indexOf(":");
  return colon === -1 || scopeKey.startsWith("key:") ? null : scopeKey.slice(colon + 1);
}
