import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Actor } from "@/lib/domain/access/actor";
import { createToken } from "@/lib/features/tokens/commands";
import { createUser, resetPassword } from "@/lib/features/users/commands";
import type { Runtime } from "@/lib/runtime";
import { UsageError } from "./usage";

/** Whoever can run this command owns the machine. The audit log tells it from the server itself. */
export const OPERATOR: Actor = { kind: "system", id: "cli", name: "Command line", role: "admin" };

export interface PasswordOptions {
  password?: string | undefined;
  "password-stdin"?: boolean | undefined;
}

/** The given password, or a new one, which is then to be printed. */
export async function choosePassword(options: PasswordOptions): Promise<{ password: string; made: boolean }> {
  if (options.password !== undefined && options["password-stdin"])
    throw new UsageError("Give --password or --password-stdin, not both.");
  if (options["password-stdin"]) {
    const password = (await text(process.stdin)).split(/\r?\n/, 1)[0] ?? "";
    return { password, made: false };
  }
  if (options.password !== undefined) return { password: options.password, made: false };
  return { password: randomBytes(12).toString("base64url"), made: true };
}

export interface UserOptions extends PasswordOptions {
  email?: string | undefined;
  name?: string | undefined;
  role?: string | undefined;
}

export async function addUser(options: UserOptions): Promise<string[]> {
  const { email } = options;
  if (email === undefined) throw new UsageError("user add needs --email.");
  const { password, made } = await choosePassword(options);
  const user = await createUser({
    actor: OPERATOR,
    input: { email, password, name: options.name ?? email.split("@")[0], role: options.role ?? "viewer" },
  });
  return [`Added ${user.email} (${user.role}).`, ...(made ? [`Password: ${password}`] : [])];
}

export async function resetUserPassword(
  runtime: Runtime,
  email: string | undefined,
  options: PasswordOptions,
): Promise<string[]> {
  if (email === undefined) throw new UsageError("user reset-password needs the user's e-mail address.");
  const user = await runtime.db.prisma.user.findUnique({ where: { email: email.toLowerCase() } });
  if (user === null) throw new UsageError(`There is no user with the e-mail address ${email}.`);
  const { password, made } = await choosePassword(options);
  await resetPassword({ actor: OPERATOR, id: user.id, input: { password } });
  const line = `${user.email} has a new password; all sessions of the user have ended.`;
  return [line, ...(made ? [`Password: ${password}`] : [])];
}

export async function makeToken(options: {
  name?: string | undefined;
  role?: string | undefined;
}): Promise<string[]> {
  const { name = "Command line", role = "admin" } = options;
  const made = await createToken({ actor: OPERATOR, input: { name, role } });
  // The token alone on standard output, so that a script can take it.
  process.stderr.write(`Management token "${made.name}" (${made.role}); it is not shown again.\n`);
  return [made.token];
}
