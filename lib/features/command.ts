import { newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import { type Actor, hasRole, type Role } from "@/lib/domain/access/actor";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

/** Every command starts with this. Throws `forbidden`. */
export function authorise(actor: Actor, role: Role): void {
  if (!hasRole(actor, role)) {
    throw new AppError("forbidden", `This needs the role ${role}; ${actor.name} has the role ${actor.role}.`);
  }
}

export interface Change {
  /** `rule.create`, `incident.acknowledge` … */
  action: string;
  entity: string;
  entityId: string;
  /** What changed, without secrets. */
  changes?: Prisma.InputJsonValue;
}

/** Writes the audit entry and announces the change to every server, both with the commit. */
export async function recordChange(tx: Tx, actor: Actor, change: Change): Promise<void> {
  await record(tx, actor, [change]);
  await announce(tx, change.entity, change.entityId);
}

/** Writes audit entries alone, for commands that announce in their own way. */
export async function record(tx: Tx, actor: Actor, changes: readonly Change[]): Promise<void> {
  await tx.auditEntry.createMany({
    data: changes.map((change) => ({
      id: newId("aud"),
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      action: change.action,
      entity: change.entity,
      entityId: change.entityId,
      ...(change.changes === undefined ? {} : { changes: change.changes }),
    })),
  });
}

/** Announces a change that needs no audit entry (an incident that the worker opened). Goes out with the commit. */
export async function announce(tx: Tx, entity: string, id: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify('keygauge_changed', ${JSON.stringify({ entity, id })})`;
}

/** One transaction for a command's writes. */
export function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return runtime().db.prisma.$transaction(work, { maxWait: 5_000, timeout: 15_000 });
}
