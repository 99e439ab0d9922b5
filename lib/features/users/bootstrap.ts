import { hashToken, newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import { SYSTEM } from "@/lib/domain/access/actor";
import type { Env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { runtime } from "@/lib/runtime";
import { recordChange, write } from "../command";
import { insertIngestToken, insertSource } from "../sources/store";
import { tokenHint } from "../tokens/hint";
import { insertUser, lockAdmins, newUser } from "./store";

type Variables = Pick<Env, "adminEmail" | "adminPassword" | "adminToken" | "ingestToken">;

/** Marks tokens that came from a variable, so that a changed variable replaces its former token. */
const BOOTSTRAP = "bootstrap";
const DEFAULT_SOURCE = "default";

/**
 * Brings about what the variables for unattended installs ask for; at each start, and harmless when repeated or run by
 * two servers at once. Throws `conflict` when they contradict each other.
 */
export async function bootstrapAccess(env: Variables): Promise<void> {
  if (env.adminToken !== undefined && env.adminToken === env.ingestToken) {
    throw new AppError("conflict", "KEYGAUGE_ADMIN_TOKEN and KEYGAUGE_INGEST_TOKEN must differ.");
  }
  if (env.adminEmail !== undefined && env.adminPassword !== undefined) {
    await firstAdmin(env.adminEmail.toLowerCase(), env.adminPassword);
  }
  const { adminToken, ingestToken } = env;
  if (adminToken !== undefined) await write((tx) => managementToken(tx, adminToken));
  if (ingestToken !== undefined) await write((tx) => ingestTokenOfDefault(tx, ingestToken));
  runtime().changed.emit({ entity: "token", id: BOOTSTRAP });
}

/** Only the first: an admin who exists, and a password changed since, stay as they are. */
async function firstAdmin(email: string, password: string): Promise<void> {
  const { prisma } = runtime().db;
  if ((await prisma.user.count({ where: { role: "admin" } })) > 0) return;
  const user = await newUser({ name: email.split("@")[0] ?? email, email, role: "admin", password });
  await write(async (tx) => {
    if ((await lockAdmins(tx)).length > 0) return;
    const known = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (known !== null) {
      await tx.user.update({ where: { email }, data: { role: "admin" } });
      await recordChange(tx, SYSTEM, {
        action: "user.update",
        entity: "user",
        entityId: known.id,
        changes: { role: "admin" },
      });
      return;
    }
    await insertUser(tx, user);
    await recordChange(tx, SYSTEM, {
      action: "user.create",
      entity: "user",
      entityId: user.id,
      changes: { name: user.name, email, role: "admin" },
    });
  });
}

async function managementToken(tx: Tx, token: string): Promise<void> {
  const name = "KEYGAUGE_ADMIN_TOKEN";
  if (!(await makeRoom(tx, { variable: name, token, kind: "management" }))) return;
  const id = newId("tok");
  await tx.token.create({
    data: {
      id,
      kind: "management",
      name,
      role: "admin",
      hash: new Uint8Array(hashToken(token)),
      hint: tokenHint(token),
      createdBy: BOOTSTRAP,
    },
  });
  await recordChange(tx, SYSTEM, {
    action: "token.create",
    entity: "token",
    entityId: id,
    changes: { name, role: "admin", hint: tokenHint(token) },
  });
}

async function ingestTokenOfDefault(tx: Tx, token: string): Promise<void> {
  const room = await makeRoom(tx, { variable: "KEYGAUGE_INGEST_TOKEN", token, kind: "ingest" });
  if (!room) return;
  const source = await tx.source.findUnique({ where: { name: DEFAULT_SOURCE }, select: { id: true } });
  if (source === null) {
    await insertSource(tx, SYSTEM, { name: DEFAULT_SOURCE, format: "native", keyFrom: [] }, token, BOOTSTRAP);
    return;
  }
  await insertIngestToken(tx, source.id, DEFAULT_SOURCE, token, BOOTSTRAP);
  await recordChange(tx, SYSTEM, {
    action: "source.rotate_token",
    entity: "source",
    entityId: String(source.id),
    changes: { hint: tokenHint(token) },
  });
}

interface Wanted {
  variable: string;
  token: string;
  kind: "management" | "ingest";
}

/**
 * Removes the variable's former token; true when the wanted one is still to be made. A token somebody revoked by hand
 * stays revoked, whatever the variable says.
 */
async function makeRoom(tx: Tx, { variable, token, kind }: Wanted): Promise<boolean> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(7420003)`;
  const hash = new Uint8Array(hashToken(token));
  await tx.token.deleteMany({
    where: { kind, createdBy: BOOTSTRAP, revokedAt: null, NOT: { hash } },
  });
  const existing = await tx.token.findUnique({ where: { hash } });
  if (existing === null) return true;
  if (existing.kind !== kind) {
    throw new AppError("conflict", `${variable}: this token is in use as an ${existing.kind} token already.`);
  }
  if (existing.revokedAt !== null) {
    log.warn(`${variable} names a token that was revoked; it stays revoked. Set another value.`);
  }
  return false;
}
