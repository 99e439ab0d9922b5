import { newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { announce, authorise, record, write } from "../command";
import { createLimitSchema } from "../limits/schemas";
import { poolNamed, tagsAfter } from "./commands";
import { keysChangeSchema } from "./schemas";

export const updateKeysSchema = keysChangeSchema
  .extend({ limit: createLimitSchema.optional() })
  .refine(({ keys: _, ...changes }) => Object.values(changes).some((change) => change !== undefined), {
    message: "expected at least one of pool, tags, blocked, retired, limit",
  })
  .describe("A declared limit of the same metric and window gets the amount given.");

/**
 * Changes many keys in one transaction: all of them or none. Needs `operator`. Throws `invalid` naming the first key
 * that is not known.
 */
export async function updateKeys({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<{ changed: number }> {
  authorise(actor, "operator");
  const { keys, limit, ...changes } = parse(updateKeysSchema, input);
  const ids = [...new Set(keys)];
  await write(async (tx) => {
    const rows = await tx.apiKey.findMany({ where: { id: { in: ids.map(BigInt) } } });
    const known = new Set(rows.map(({ id }) => String(id)));
    const missing = keys.findIndex((id) => !known.has(id));
    if (missing >= 0) {
      const message = "expected the id of a key";
      throw new AppError("invalid", `keys.${missing}: ${message}`, {
        issues: [{ path: `keys.${missing}`, message }],
      });
    }
    await change(tx, rows, changes);
    if (limit !== undefined) await declare(tx, ids.map(Number), limit);
    await record(
      tx,
      actor,
      ids.map((id) => ({
        action: "key.update",
        entity: "key",
        entityId: id,
        changes: { ...changes, ...(limit === undefined ? {} : { limit }) },
      })),
    );
    for (const id of ids) await announce(tx, "key", id);
  });
  for (const id of ids) runtime().changed.emit({ entity: "key", id });
  return { changed: ids.length };
}

type Row = { id: bigint | number; provider: string; tags: Prisma.JsonValue };
type Changes = {
  pool?: string | null | undefined;
  tags?: Readonly<Record<string, string | null>> | undefined;
  blocked?: boolean | undefined;
  retired?: boolean | undefined;
};

/** What was so already keeps its time. */
async function change(
  tx: Tx,
  rows: readonly Row[],
  { pool, tags, blocked, retired }: Changes,
): Promise<void> {
  const all = rows.map(({ id }) => BigInt(id));
  if (pool !== undefined) {
    for (const provider of new Set(rows.map((row) => row.provider))) {
      // A pool is of one provider: the name stands for one pool of each.
      const poolId = pool === null ? null : await poolNamed(tx, provider, pool);
      const where = { id: { in: all }, provider };
      await tx.apiKey.updateMany({ where, data: { poolId, poolByHand: true } });
    }
  }
  if (tags !== undefined) {
    // Most have the same tags before, so that few different ones come out.
    const alike = new Map<string, bigint[]>();
    for (const row of rows) {
      const after = JSON.stringify(tagsAfter(row.tags, tags, "tags"));
      alike.set(after, [...(alike.get(after) ?? []), BigInt(row.id)]);
    }
    for (const [after, ids] of alike) {
      await tx.apiKey.updateMany({ where: { id: { in: ids } }, data: { tags: JSON.parse(after) } });
    }
  }
  const mark = async (column: "blockedAt" | "retiredAt", on: boolean | undefined) => {
    if (on === undefined) return;
    const where: Prisma.ApiKeyWhereInput = { id: { in: all }, ...(on ? { [column]: null } : {}) };
    await tx.apiKey.updateMany({ where, data: { [column]: on ? new Date() : null } });
  };
  await mark("blockedAt", blocked);
  await mark("retiredAt", retired);
}

async function declare(
  tx: Tx,
  keyIds: readonly number[],
  limit: { metric: string; amount: number; window: string; time_zone: string },
): Promise<void> {
  const { metric, amount, window, time_zone: timeZone } = limit;
  const same = { keyId: { in: keyIds.map(BigInt) }, origin: "declared", metric, window };
  await tx.keyLimit.updateMany({ where: same, data: { amount, timeZone } });
  await tx.keyLimit.createMany({
    data: keyIds.map((keyId) => ({
      id: newId("lim"),
      keyId,
      origin: "declared",
      metric,
      amount,
      window,
      timeZone,
    })),
    skipDuplicates: true,
  });
}
