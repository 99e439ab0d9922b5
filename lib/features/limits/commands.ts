import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { keyIdOf, noKey } from "../keys/queries";
import type { LimitDto } from "../keys/schemas";
import { getLimit, noLimit } from "./queries";
import { createLimitSchema, updateLimitSchema } from "./schemas";

/** Declares what a key may use. Needs `operator`. Throws `not_found`, `conflict` when that limit is declared already. */
export async function createLimit({
  actor,
  keyId,
  input,
}: {
  actor: Actor;
  keyId: string;
  input: unknown;
}): Promise<LimitDto> {
  authorise(actor, "operator");
  const key = keyIdOf(keyId);
  const { metric, amount, window, time_zone } = parse(createLimitSchema, input);
  const id = newId("lim");
  await write(async (tx) => {
    if ((await tx.apiKey.count({ where: { id: key } })) === 0) throw noKey(keyId);
    await tx.keyLimit.create({
      data: { id, keyId: key, origin: "declared", metric, amount, window, timeZone: time_zone },
    });
    await recordChange(tx, actor, {
      action: "limit.create",
      entity: "limit",
      entityId: keyId,
      changes: { id, metric, amount, window, time_zone },
    });
  }).catch(declaredAlready);
  announceHere(keyId);
  return getLimit(keyId, id);
}

/** Changes a declared limit. Needs `operator`. Throws `not_found`, `conflict`. */
export async function updateLimit({
  actor,
  keyId,
  id,
  input,
}: {
  actor: Actor;
  keyId: string;
  id: string;
  input: unknown;
}): Promise<LimitDto> {
  authorise(actor, "operator");
  const key = keyIdOf(keyId);
  const changes = parse(updateLimitSchema, input);
  await write(async (tx) => {
    const limit = await tx.keyLimit.findFirst({ where: { id, keyId: key } });
    if (limit === null) throw noLimit(id);
    if (limit.origin !== "declared") {
      throw new AppError(
        "conflict",
        `This limit is ${limit.origin}: it follows what the provider says. Declare a limit of your own beside it.`,
      );
    }
    const { time_zone, ...rest } = changes;
    await tx.keyLimit.update({
      where: { id },
      data: { ...defined(rest), ...(time_zone === undefined ? {} : { timeZone: time_zone }) },
    });
    await recordChange(tx, actor, {
      action: "limit.update",
      entity: "limit",
      entityId: keyId,
      changes: { id, ...changes },
    });
  }).catch(declaredAlready);
  announceHere(keyId);
  return getLimit(keyId, id);
}

/** Forgets a limit; an advertised one comes back when the provider says it again. Needs `operator`. Throws `not_found`. */
export async function deleteLimit({
  actor,
  keyId,
  id,
}: {
  actor: Actor;
  keyId: string;
  id: string;
}): Promise<void> {
  authorise(actor, "operator");
  const key = keyIdOf(keyId);
  await write(async (tx) => {
    const limit = await tx.keyLimit.findFirst({ where: { id, keyId: key } });
    const { count } = await tx.keyLimit.deleteMany({ where: { id, keyId: key } });
    if (limit === null || count === 0) throw noLimit(id);
    const { metric, amount, window, origin } = limit;
    await recordChange(tx, actor, {
      action: "limit.delete",
      entity: "limit",
      entityId: keyId,
      changes: { id, metric, amount, window, origin },
    });
  });
  announceHere(keyId);
}

/** Limits are announced by their key's id: that is what has to be measured again. */
function announceHere(keyId: string): void {
  runtime().changed.emit({ entity: "limit", id: keyId });
}

function declaredAlready(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "P2002") {
    const message = "this metric has a declared limit over this window already";
    throw new AppError("conflict", `window: ${message}`, {
      issues: [{ path: "window", message }],
      cause: error,
    });
  }
  throw error;
}

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
