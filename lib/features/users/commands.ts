import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { Tx } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import type { Preferences } from "@/lib/domain/access/preferences";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise, recordChange, write } from "../command";
import { getPreferences, getUser, noUser } from "./queries";
import {
  changePasswordSchema,
  createUserSchema,
  preferencesSchema,
  resetPasswordSchema,
  type UserDto,
  updateUserSchema,
} from "./schemas";
import { CREDENTIAL, emailTaken, insertUser, lockAdmins, newUser } from "./store";

/** Needs `admin`. Throws `conflict` when the e-mail address is taken. */
export async function createUser({ actor, input }: { actor: Actor; input: unknown }): Promise<UserDto> {
  authorise(actor, "admin");
  const { name, email, role, password } = parse(createUserSchema, input);
  const user = await newUser({ name, email, role, password });
  await write(async (tx) => {
    await insertUser(tx, user);
    await recordChange(tx, actor, {
      action: "user.create",
      entity: "user",
      entityId: user.id,
      changes: { name, email, role },
    });
  }).catch(emailTaken);
  return getUser(user.id);
}

/** Changes name or role. Needs `admin`. Throws `not_found`, `conflict` for the last admin. */
export async function updateUser({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<UserDto> {
  authorise(actor, "admin");
  const changes = parse(updateUserSchema, input);
  await write(async (tx) => {
    if (changes.role !== undefined && changes.role !== "admin") await keepAnAdmin(tx, id);
    const data = {
      ...(changes.name === undefined ? {} : { name: changes.name }),
      ...(changes.role === undefined ? {} : { role: changes.role }),
    };
    const { count } = await tx.user.updateMany({ where: { id }, data });
    if (count === 0) throw noUser();
    await recordChange(tx, actor, { action: "user.update", entity: "user", entityId: id, changes });
  });
  return getUser(id);
}

/** Sets a new password and ends the user's sessions. Needs `admin`. Throws `not_found`. */
export async function resetPassword({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<void> {
  authorise(actor, "admin");
  const { password } = parse(resetPasswordSchema, input);
  const hash = await hashPassword(password);
  await write(async (tx) => {
    await setPassword(tx, id, hash);
    await tx.session.deleteMany({ where: { userId: id } });
    await recordChange(tx, actor, { action: "user.reset_password", entity: "user", entityId: id });
  });
}

/**
 * Changes one's own password and ends one's other sessions (`keepSession` stays). Throws `forbidden` for a token,
 * `invalid` on `current_password`.
 */
export async function changePassword({
  actor,
  input,
  keepSession,
}: {
  actor: Actor;
  input: unknown;
  keepSession?: string;
}): Promise<void> {
  if (actor.kind !== "user") throw new AppError("forbidden", "Only a signed-in user can change a password.");
  const { current_password, new_password } = parse(changePasswordSchema, input);
  const account = await runtime().db.prisma.account.findFirst({
    where: { userId: actor.id, providerId: CREDENTIAL },
    select: { password: true },
  });
  const right =
    account?.password != null &&
    (await verifyPassword({ hash: account.password, password: current_password }));
  if (!right) {
    throw new AppError("invalid", "The current password is wrong.", {
      issues: [{ path: "current_password", message: "is wrong" }],
    });
  }
  const hash = await hashPassword(new_password);
  await write(async (tx) => {
    await setPassword(tx, actor.id, hash);
    await tx.session.deleteMany({
      where: { userId: actor.id, ...(keepSession === undefined ? {} : { id: { not: keepSession } }) },
    });
    await recordChange(tx, actor, { action: "user.change_password", entity: "user", entityId: actor.id });
  });
}

/** Changes how one sees pages, on every browser. Throws `forbidden` for a token, `invalid`. */
export async function setPreferences({
  actor,
  input,
}: {
  actor: Actor;
  input: unknown;
}): Promise<Preferences> {
  if (actor.kind !== "user") throw new AppError("forbidden", "Only a signed-in user has preferences.");
  const changes = parse(preferencesSchema, input);
  await write(async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: actor.id },
      data: {
        ...(changes.theme === undefined ? {} : { theme: changes.theme }),
        ...(changes.time_zone === undefined ? {} : { timeZone: changes.time_zone }),
        ...(changes.clock === undefined ? {} : { clock: changes.clock }),
      },
    });
    if (count === 0) throw noUser();
    await recordChange(tx, actor, {
      action: "user.set_preferences",
      entity: "user",
      entityId: actor.id,
      changes,
    });
  });
  return getPreferences({ actor });
}

/** Removes a user with all sessions. Needs `admin`. Throws `not_found`, `conflict` for the last admin. */
export async function deleteUser({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "admin");
  await write(async (tx) => {
    await keepAnAdmin(tx, id);
    const user = await tx.user.findUnique({ where: { id }, select: { name: true, email: true } });
    if (user === null) throw noUser();
    await tx.user.delete({ where: { id } });
    await recordChange(tx, actor, { action: "user.delete", entity: "user", entityId: id, changes: user });
  });
}

/** Ends one session: one's own, or anybody's, which needs `admin`. Throws `not_found`. */
export async function revokeSession({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  await write(async (tx) => {
    const session = await tx.session.findUnique({ where: { id }, select: { userId: true } });
    const own = actor.kind === "user" && session?.userId === actor.id;
    if (!own) authorise(actor, "admin");
    if (session === null) throw new AppError("not_found", "There is no such session, or it has ended.");
    await tx.session.deleteMany({ where: { id } });
    await recordChange(tx, actor, {
      action: "session.revoke",
      entity: "user",
      entityId: session.userId,
      changes: { session: id },
    });
  });
}

/** Ends all sessions of a user: one's own, or another's, which needs `admin`. Returns how many ended. */
export async function revokeSessions({
  actor,
  user,
  keepSession,
}: {
  actor: Actor;
  user: string;
  keepSession?: string;
}): Promise<number> {
  if (actor.kind !== "user" || user !== actor.id) authorise(actor, "admin");
  return write(async (tx) => {
    if ((await tx.user.count({ where: { id: user } })) === 0) throw noUser();
    const { count } = await tx.session.deleteMany({
      where: { userId: user, ...(keepSession === undefined ? {} : { id: { not: keepSession } }) },
    });
    await recordChange(tx, actor, {
      action: "session.revoke_all",
      entity: "user",
      entityId: user,
      changes: { sessions: count },
    });
    return count;
  });
}

/** Puts a sign-in into the audit log; called with the user who just proved to be one. */
export async function recordSignIn({ actor, address }: { actor: Actor; address: string }): Promise<void> {
  await write((tx) =>
    recordChange(tx, actor, {
      action: "user.sign_in",
      entity: "user",
      entityId: actor.id,
      changes: { address },
    }),
  );
}

async function setPassword(tx: Tx, userId: string, password: string): Promise<void> {
  const { count } = await tx.account.updateMany({
    where: { userId, providerId: CREDENTIAL },
    data: { password },
  });
  if (count === 0) throw noUser();
}

/** Throws `conflict` when `id` is the only admin: nobody could manage users any more. */
async function keepAnAdmin(tx: Tx, id: string): Promise<void> {
  const admins = await lockAdmins(tx);
  if (admins.length === 1 && admins[0] === id) {
    throw new AppError("conflict", "This is the last admin. Make somebody else an admin first.", {
      issues: [{ path: "role", message: "is needed by the last admin" }],
    });
  }
}
