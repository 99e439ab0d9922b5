import { hashPassword } from "better-auth/crypto";
import { newId } from "@/lib/crypto";
import type { Tx } from "@/lib/db/client";
import type { Role } from "@/lib/domain/access/actor";
import { AppError } from "@/lib/errors";

/** The account kind of better-auth that holds a password. */
export const CREDENTIAL = "credential";

export interface NewUser {
  id: string;
  name: string;
  email: string;
  role: Role;
  passwordHash: string;
}

/** Hashes outside the transaction (scrypt takes its time), so that no lock is held meanwhile. */
export async function newUser(user: {
  name: string;
  email: string;
  role: Role;
  password: string;
}): Promise<NewUser> {
  const { password, ...rest } = user;
  return { id: newId("usr"), ...rest, passwordHash: await hashPassword(password) };
}

/** Writes the two rows better-auth expects of a user with a password; whoever is a user is not invited any more. */
export async function insertUser(tx: Tx, user: NewUser): Promise<void> {
  const { passwordHash, ...row } = user;
  await tx.invitation.deleteMany({ where: { email: user.email } });
  await tx.user.create({
    data: {
      ...row,
      emailVerified: true,
      accounts: {
        create: { id: newId("acc"), accountId: user.id, providerId: CREDENTIAL, password: passwordHash },
      },
    },
  });
}

/** Serialises whoever decides by the number of admins, until the transaction ends; returns their ids. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(7420002)`;
  const admins = await tx.user.findMany({ where: { role: "admin" }, select: { id: true } });
  return admins.map(({ id }) => id);
}

export function emailTaken(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "P2002") {
    throw new AppError("conflict", "There is already a user with this e-mail address.", {
      issues: [{ path: "email", message: "is taken by another user" }],
      cause: error,
    });
  }
  throw error;
}
