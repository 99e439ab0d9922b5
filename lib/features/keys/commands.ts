import { keyIdentity, newId } from "@/lib/crypto";
import type { Prisma, Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { hintOf, providerName, scrub } from "@/lib/domain/usage/key";
import { changedTags, type KeyTags, MOST_TAGS } from "@/lib/domain/usage/key-tags";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { purgeRest, purgeUsage } from "./purge";
import { getKey, keyIdOf, noKey } from "./queries";
import { createKeySchema, type KeyDto, updateKeySchema } from "./schemas";

/**
 * Registers a key before its first event; a key that is known already takes the name and pool given. The key itself is
 * neither stored nor echoed. Needs `operator`.
 */
export async function createKey({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<{ key: KeyDto; created: boolean }> {
  authorise(actor, "operator");
  const parsed = parse(createKeySchema, input);
  const provider = providerName(parsed.provider, parsed.key);
  const hint = hintOf(parsed.key);
  const { id, fingerprint } = keyIdentity(runtime().keyring, provider, parsed.key);
  const safe = (text: string | null | undefined) => (text ? scrub(text, parsed.key, hint) : null);
  const name = safe(parsed.name);
  const pool = safe(parsed.pool);
  const created = await write(async (tx) => {
    const stored = await tx.$executeRaw`
      INSERT INTO api_key (id, provider, fingerprint, hint, updated_at)
      VALUES (${id}, ${provider}, ${fingerprint}, ${hint}, now()) ON CONFLICT DO NOTHING`;
    const data: Prisma.ApiKeyUncheckedUpdateManyInput = {
      ...(name === null ? {} : { name, nameByHand: true }),
      ...(pool === null ? {} : { poolId: await poolNamed(tx, provider, pool), poolByHand: true }),
    };
    if (Object.keys(data).length > 0) await tx.apiKey.updateMany({ where: { id }, data });
    if (stored === 1 || Object.keys(data).length > 0) {
      await recordChange(tx, actor, {
        action: stored === 1 ? "key.create" : "key.update",
        entity: "key",
        entityId: String(id),
        changes: { provider, hint, name, pool },
      });
    }
    return stored === 1;
  });
  announceHere(id);
  return { key: await getKey(String(id)), created };
}

/** Renames, tags, blocks, retires or moves a key. Needs `operator`. Throws `not_found`. */
export async function updateKey({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<KeyDto> {
  authorise(actor, "operator");
  const number = keyIdOf(id);
  const changes = parse(updateKeySchema, input);
  await write(async (tx) => {
    const key = await tx.apiKey.findUnique({ where: { id: number } });
    if (key === null) throw noKey(id);
    const since = (wanted: boolean, before: Date | null) => (wanted ? (before ?? new Date()) : null);
    const data: Prisma.ApiKeyUncheckedUpdateInput = {};
    if (changes.name !== undefined) {
      data.name = changes.name;
      data.nameByHand = changes.name !== null;
    }
    if (changes.pool !== undefined) {
      data.poolByHand = true;
      data.poolId = changes.pool === null ? null : await poolNamed(tx, key.provider, changes.pool);
    }
    if (changes.tags !== undefined) data.tags = tagsAfter(key.tags, changes.tags, "tags");
    if (changes.blocked !== undefined) data.blockedAt = since(changes.blocked, key.blockedAt);
    if (changes.retired !== undefined) data.retiredAt = since(changes.retired, key.retiredAt);
    await tx.apiKey.update({ where: { id: number }, data });
    await recordChange(tx, actor, { action: "key.update", entity: "key", entityId: id, changes });
  });
  announceHere(number);
  return getKey(id);
}

/**
 * Deletes a key with everything stored of it: events, sums, limits, annotations. Incidents and messages stay; open ones are
 * resolved by the evaluator. The bulk goes first, in short statements, so of a key that is in use only what came meanwhile
 * is deleted at the end, with the key: it is all gone or still there, and to be deleted again. The next event of it makes
 * it anew. Needs `admin`, as all that deletes history. Throws `not_found`.
 */
export async function deleteKey({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "admin");
  const number = keyIdOf(id);
  const { db } = runtime();
  if ((await db.prisma.apiKey.findUnique({ where: { id: number } })) === null) throw noKey(id);
  const before = await purgeUsage(db.pool, [number]);
  await write(async (tx) => {
    const key = await tx.apiKey.findUnique({ where: { id: number }, include: { pool: true } });
    if (key === null) throw noKey(id);
    const limits = await tx.keyLimit.count({ where: { keyId: number } });
    const events = before + (await purgeRest(tx, [number]));
    const { provider, hint, name, pool } = key;
    await recordChange(tx, actor, {
      action: "key.delete",
      entity: "key",
      entityId: id,
      changes: { name, provider, hint, pool: pool?.name ?? null, events, limits },
    });
  });
  announceHere(number);
}

/** A key's tags after a change. Throws `invalid` on `path` when they would be too many. */
export function tagsAfter(
  stored: Prisma.JsonValue,
  changes: Readonly<Record<string, string | null>>,
  path: string,
): KeyTags {
  const tags = changedTags(stored as KeyTags, changes);
  if (Object.keys(tags).length > MOST_TAGS) {
    const message = `expected at most ${MOST_TAGS} tags on a key`;
    throw new AppError("invalid", `${path}: ${message}`, { issues: [{ path, message }] });
  }
  return tags;
}

/** The id of a provider's pool, made when there is none of that name. */
export async function poolNamed(tx: Tx, provider: string, name: string): Promise<string> {
  await tx.$executeRaw`
    INSERT INTO pool (id, provider, name) VALUES (${newId("pool")}, ${provider}, ${name}) ON CONFLICT DO NOTHING`;
  const pool = await tx.pool.findUniqueOrThrow({ where: { provider_name: { provider, name } } });
  return pool.id;
}

/** This server's caches follow before the answer goes out; the others' by the NOTIFY of recordChange. */
function announceHere(id: number): void {
  runtime().changed.emit({ entity: "key", id: String(id) });
}
