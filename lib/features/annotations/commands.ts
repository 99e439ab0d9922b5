import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { getAnnotation, noAnnotation } from "./queries";
import { type AnnotationDto, createAnnotationSchema } from "./schemas";

/** Writes down that something happened, for charts to show it. Needs `operator`. Throws `invalid` naming a key that is not known. */
export async function createAnnotation({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<AnnotationDto> {
  authorise(actor, "operator");
  const { at = Date.now(), ends_at, text, scope } = parse(createAnnotationSchema, input);
  const id = newId("ann");
  await write(async (tx) => {
    if (scope.key !== undefined && (await tx.apiKey.count({ where: { id: BigInt(scope.key) } })) === 0) {
      const message = `there is no key ${scope.key}`;
      throw new AppError("invalid", `scope.key: ${message}`, { issues: [{ path: "scope.key", message }] });
    }
    await tx.annotation.create({
      data: {
        id,
        at: new Date(at),
        endsAt: ends_at == null ? null : new Date(ends_at),
        text,
        keyId: scope.key === undefined ? null : BigInt(scope.key),
        provider: scope.provider ?? null,
        pool: scope.pool ?? null,
        createdBy: actor.name,
      },
    });
    await recordChange(tx, actor, {
      action: "annotation.create",
      entity: "annotation",
      entityId: id,
      changes: { text, at: new Date(at).toISOString(), ...scope },
    });
  });
  return getAnnotation(id);
}

/** Needs `operator`. Throws `not_found`. */
export async function deleteAnnotation({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  await write(async (tx) => {
    const { count } = await tx.annotation.deleteMany({ where: { id } });
    if (count === 0) throw noAnnotation(id);
    await recordChange(tx, actor, { action: "annotation.delete", entity: "annotation", entityId: id });
  });
}
