import { hashToken, newToken } from "@/lib/crypto";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { recordChange, write } from "../command";
import { getUser } from "./queries";
import { firstAdminSchema, type UserDto } from "./schemas";
import { emailTaken, insertUser, lockAdmins, newUser } from "./store";

const SETTING = "setup";

const digest = (token: string): string => hashToken(token).toString("hex");

/**
 * The link that creates the first admin, new at each call; the one before stops working. Null once there is an admin.
 */
export async function firstRunLink(): Promise<string | null> {
  const token = newToken("kgs");
  const open = await write(async (tx) => {
    if ((await lockAdmins(tx)).length > 0) {
      await tx.setting.deleteMany({ where: { name: SETTING } });
      return false;
    }
    const value = { hash: digest(token) };
    await tx.setting.upsert({
      where: { name: SETTING },
      create: { name: SETTING, value },
      update: { value },
    });
    return true;
  });
  return open ? `${runtime().env.appUrl}/setup?token=${token}` : null;
}

/** Whether somebody can manage this installation yet. */
export const hasAdmin = async (): Promise<boolean> =>
  (await runtime().db.prisma.user.count({ where: { role: "admin" } })) > 0;

/** Whether a set-up link works: `open`, `done` (there is an admin) or `wrong` (another link was printed since). */
export async function setupState(token: string): Promise<"open" | "done" | "wrong"> {
  if (await hasAdmin()) return "done";
  return (await runtime().db.prisma.setting.count({ where: linkOf(token) })) > 0 ? "open" : "wrong";
}

const linkOf = (token: string) => ({ name: SETTING, value: { path: ["hash"], equals: digest(token) } });

/**
 * Makes the first admin with the token of the set-up link, which is used up by it: of two submissions at once one
 * succeeds. Throws `gone` when the link was used or replaced.
 */
export async function createFirstAdmin({
  token,
  input,
}: {
  token: string;
  input: unknown;
}): Promise<UserDto> {
  const { name, email, password } = parse(firstAdminSchema, input);
  if ((await setupState(token)) !== "open") throw usedLink();
  const user = await newUser({ name, email, password, role: "admin" });
  await write(async (tx) => {
    if ((await lockAdmins(tx)).length > 0) throw usedLink();
    const { count } = await tx.setting.deleteMany({ where: linkOf(token) });
    if (count === 0) throw usedLink();
    await insertUser(tx, user);
    await recordChange(
      tx,
      { kind: "user", id: user.id, name, role: "admin" },
      { action: "user.create", entity: "user", entityId: user.id, changes: { name, email, role: "admin" } },
    );
  }).catch(emailTaken);
  return getUser(user.id);
}

const usedLink = () =>
  new AppError(
    "gone",
    "This link is used or no longer valid. Sign in, or start Keygauge again: as long as there is no admin it prints a new one.",
  );
