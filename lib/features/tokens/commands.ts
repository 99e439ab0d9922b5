import { hashToken, newId, newToken } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { tokenHint } from "./hint";
import { tokenDto } from "./queries";
import { createTokenSchema, type TokenDto } from "./schemas";

/** Makes a management token; `token` is shown this once. Needs `admin`. */
export async function createToken({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<TokenDto & { token: string }> {
  authorise(actor, "admin");
  const { name, role } = parse(createTokenSchema, input);
  const token = newToken("kgm");
  const row = await write(async (tx) => {
    const created = await tx.token.create({
      data: {
        id: newId("tok"),
        kind: "management",
        name,
        role,
        hash: new Uint8Array(hashToken(token)),
        hint: tokenHint(token),
        createdBy: actor.name,
      },
    });
    await recordChange(tx, actor, {
      action: "token.create",
      entity: "token",
      entityId: created.id,
      changes: { name, role, hint: created.hint },
    });
    return created;
  });
  runtime().changed.emit({ entity: "token", id: row.id });
  return { ...tokenDto(row), token };
}

/** Revokes a management token for good; it stops working at once. Needs `admin`. Throws `not_found`. */
export async function revokeToken({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "admin");
  await write(async (tx) => {
    const { count } = await tx.token.updateMany({
      where: { id, kind: "management", revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw new AppError("not_found", "There is no such token, or it is revoked already.");
    await recordChange(tx, actor, { action: "token.revoke", entity: "token", entityId: id });
  });
  runtime().changed.emit({ entity: "token", id });
}
