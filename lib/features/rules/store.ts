import type { Prisma, Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import type { RuleInput } from "@/lib/domain/alerting/rule";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { recordChange } from "../command";
import { noRule } from "./queries";

// The writes of rules, each with its audit entry, for commands that have authorised and checked.

export async function storeRule(tx: Tx, actor: Actor, id: string, definition: RuleInput): Promise<void> {
  await tx.rule.create({ data: { id, createdBy: actor.name, ...columnsOf(definition) } });
  await recordChange(tx, actor, { action: "rule.create", entity: "rule", entityId: id, changes: definition });
}

/** Throws `conflict` when the rule is not of that version any more. `changes` are for the audit log. */
export async function replaceRule(
  tx: Tx,
  actor: Actor,
  { id, version }: { id: string; version: number },
  definition: RuleInput,
  changes: Prisma.InputJsonObject,
): Promise<void> {
  const { count } = await tx.rule.updateMany({
    where: { id, version, deletedAt: null },
    data: { ...columnsOf(definition), version: { increment: 1 } },
  });
  if (count === 0) {
    throw new AppError("conflict", "The rule was changed meanwhile. Load it again, then repeat the change.");
  }
  await recordChange(tx, actor, { action: "rule.update", entity: "rule", entityId: id, changes });
}

/** Throws `not_found`. */
export async function removeRule(tx: Tx, actor: Actor, id: string): Promise<void> {
  const { count } = await tx.rule.updateMany({
    where: { id, deletedAt: null },
    data: { deletedAt: new Date(), version: { increment: 1 } },
  });
  if (count === 0) throw noRule(id);
  await recordChange(tx, actor, { action: "rule.delete", entity: "rule", entityId: id });
}

/** A changed rule is evaluated from now on: what came before belongs to the rule as it was. */
function columnsOf(definition: RuleInput) {
  return {
    name: definition.name,
    metric: definition.metric,
    enabled: definition.enabled,
    definition: definition satisfies Prisma.InputJsonValue,
    evaluatedTo: new Date(),
  };
}

/** This server's evaluator follows before the answer goes out; the others' by the NOTIFY of recordChange. */
export function announceHere(id: string): void {
  runtime().changed.emit({ entity: "rule", id });
}
