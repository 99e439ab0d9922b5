import { randomInt } from "node:crypto";
import { hashToken, newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { recordChange } from "../command";
import { tokenHint } from "../tokens/hint";

/** Writes a source and its token inside the caller's transaction; returns the id. */
export async function insertSource(
  tx: Tx,
  actor: Actor,
  source: { name: string; format: string; keyFrom: string[]; signingSecret?: string | null },
  token: string,
  tokenBy = actor.name,
): Promise<number> {
  // Made here, so that rows can name a source before it is stored; 0 means none.
  const id = randomInt(1, 2_147_483_647);
  await tx.source.create({ data: { id, ...source } });
  await insertIngestToken(tx, id, source.name, token, tokenBy);
  await recordChange(tx, actor, {
    action: "source.create",
    entity: "source",
    entityId: String(id),
    changes: {
      name: source.name,
      format: source.format,
      key_from: source.keyFrom,
      signed: typeof source.signingSecret === "string",
    },
  });
  return id;
}

/** Stores the hash of an ingest token. */
export async function insertIngestToken(
  tx: Tx,
  source: number,
  name: string,
  token: string,
  createdBy: string,
): Promise<void> {
  await tx.token.create({
    data: {
      id: newId("tok"),
      kind: "ingest",
      name,
      hash: new Uint8Array(hashToken(token)),
      hint: tokenHint(token),
      sourceId: source,
      createdBy,
    },
  });
}
