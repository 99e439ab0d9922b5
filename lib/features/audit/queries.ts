import { z } from "zod";
import type { Prisma } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { parseRequestTime } from "@/lib/domain/usage/time";
import { parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise } from "../command";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";

const time = z.unknown().transform((value, context) => {
  const parsed = parseRequestTime(value);
  if (parsed.ok) return new Date(parsed.at);
  context.addIssue({ code: "custom", message: parsed.message });
  return z.NEVER;
});

const text = z.string().trim().min(1, "expected a value").max(200, "expected at most 200 characters");

export const auditQuerySchema = pageSchema.extend({
  /** `rule`, `source`, `user` … */
  entity: text.optional(),
  entity_id: text.optional(),
  /** `rule.create`, or `rule.` and anything after it. */
  action: text.optional(),
  /** The id of a user or token. */
  actor: text.optional(),
  from: time.optional(),
  to: time.optional(),
});

export interface AuditDto {
  id: string;
  at: string;
  actor: { kind: string; id: string; name: string };
  action: string;
  entity: string;
  entity_id: string;
  changes: unknown;
}

/** Who changed what, newest first, in [from, to). Needs `operator`. */
export async function listAudit({
  actor,
  params,
}: {
  actor: Actor;
  params: unknown;
}): Promise<Page<AuditDto>> {
  authorise(actor, "operator");
  const filter = parse(auditQuerySchema, params);
  const after = filter.cursor === undefined ? undefined : decodeTimeCursor(filter.cursor);
  const where: Prisma.AuditEntryWhereInput = {
    ...(filter.entity === undefined ? {} : { entity: filter.entity }),
    ...(filter.entity_id === undefined ? {} : { entityId: filter.entity_id }),
    ...(filter.actor === undefined ? {} : { actorId: filter.actor }),
    ...(filter.action === undefined
      ? {}
      : { action: filter.action.endsWith(".") ? { startsWith: filter.action } : filter.action }),
    at: {
      ...(filter.from === undefined ? {} : { gte: filter.from }),
      ...(filter.to === undefined ? {} : { lt: filter.to }),
    },
    ...(after === undefined
      ? {}
      : { OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] }),
  };
  const rows = await runtime().db.prisma.auditEntry.findMany({
    where,
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: filter.limit + 1,
  });
  return toPage(
    rows,
    filter.limit,
    (row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
      action: row.action,
      entity: row.entity,
      entity_id: row.entityId,
      changes: row.changes,
    }),
    (row) => [row.at.getTime(), row.id],
  );
}
