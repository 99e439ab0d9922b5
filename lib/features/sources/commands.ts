import { encrypt, newToken } from "@/lib/crypto";
import type { Prisma } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { tokenHint } from "../tokens/hint";
import { getSource, noSource, sourceId } from "./queries";
import { createSourceSchema, type SourceDto, updateSourceSchema } from "./schemas";
import { insertIngestToken, insertSource } from "./store";

/** A source with its ingest token in clear: shown once, stored only as a hash. */
export type SourceWithToken = SourceDto & { token: string };

/** Needs `operator`. Throws `conflict` when the name is taken. */
export async function createSource({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<SourceWithToken> {
  authorise(actor, "operator");
  const { name, format, key_from, signing_secret } = parse(createSourceSchema, input);
  const token = newToken("kgi");
  const source = { name, format, keyFrom: key_from, signingSecret: sealed(signing_secret) };
  const id = await write((tx) => insertSource(tx, actor, source, token)).catch(nameTaken(name));
  announceHere(id);
  return { ...(await getSource(String(id))), token };
}

/** Needs `operator`. Throws `not_found`, `conflict` when the name is taken. */
export async function updateSource({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<SourceDto> {
  authorise(actor, "operator");
  const number = sourceId(id);
  const { signing_secret: secret, ...others } = parse(updateSourceSchema, input);
  const changes = { ...others, ...(secret === undefined ? {} : { signed: secret !== null }) };
  const data: Prisma.SourceUpdateManyMutationInput = {
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.format === undefined ? {} : { format: changes.format }),
    ...(changes.key_from === undefined ? {} : { keyFrom: changes.key_from }),
    ...(secret === undefined ? {} : { signingSecret: sealed(secret) }),
  };
  await write(async (tx) => {
    const { count } = await tx.source.updateMany({ where: { id: number }, data });
    if (count === 0) throw noSource(id);
    await recordChange(tx, actor, { action: "source.update", entity: "source", entityId: id, changes });
  }).catch(nameTaken(changes.name ?? ""));
  announceHere(number);
  return getSource(id);
}

/** Needs `operator`. Its events stay; its token stops working at once. Throws `not_found`. */
export async function deleteSource({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "operator");
  const number = sourceId(id);
  await write(async (tx) => {
    const source = await tx.source.findUnique({ where: { id: number }, select: { name: true } });
    const { count } = await tx.source.deleteMany({ where: { id: number } });
    if (source === null || count === 0) throw noSource(id);
    await recordChange(tx, actor, {
      action: "source.delete",
      entity: "source",
      entityId: id,
      changes: { name: source.name },
    });
  });
  announceHere(number);
}

/** Makes a new ingest token and revokes the former. Needs `operator`. Throws `not_found`. */
export async function rotateSourceToken({
  actor,
  id,
}: {
  actor: Actor;
  id: string;
}): Promise<SourceWithToken> {
  authorise(actor, "operator");
  const number = sourceId(id);
  const token = newToken("kgi");
  await write(async (tx) => {
    // The row's lock makes two rotations follow each other, so that one token is in force in the end.
    const [source] = await tx.$queryRaw<
      { name: string }[]
    >`SELECT name FROM source WHERE id = ${number} FOR UPDATE`;
    if (source === undefined) throw noSource(id);
    await tx.token.updateMany({
      where: { sourceId: number, kind: "ingest", revokedAt: null },
      data: { revokedAt: new Date() },
    });
    await insertIngestToken(tx, number, source.name, token, actor.name);
    await recordChange(tx, actor, {
      action: "source.rotate_token",
      entity: "source",
      entityId: id,
      changes: { hint: tokenHint(token) },
    });
  });
  announceHere(number);
  return { ...(await getSource(id)), token };
}

const sealed = (secret: string | null) => (secret === null ? null : encrypt(runtime().keyring, secret));

/** This server's caches follow before the answer goes out; the others' by the NOTIFY of recordChange. */
function announceHere(id: number): void {
  runtime().changed.emit({ entity: "source", id: String(id) });
}

function nameTaken(name: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && "code" in error && error.code === "P2002") {
      throw new AppError("conflict", `There is already a source named ${name}.`, {
        issues: [{ path: "name", message: "is taken by another source" }],
        cause: error,
      });
    }
    throw error;
  };
}
