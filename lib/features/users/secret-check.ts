import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

const SETTING = "auth_secret_check";

/**
 * Keeps a check value of AUTH_SECRET with the data; another secret would make fingerprints and encrypted settings stop
 * matching in silence. Throws `conflict` with the line to print when it is not the one the database was set up with.
 */
export async function checkAuthSecret(): Promise<void> {
  const { db, keyring } = runtime();
  const value = { check: keyring.check };
  await db.prisma.setting.createMany({ data: [{ name: SETTING, value }], skipDuplicates: true });
  const stored = await db.prisma.setting.findUniqueOrThrow({ where: { name: SETTING } });
  const kept = stored.value;
  if (typeof kept !== "object" || kept === null || !("check" in kept) || kept.check !== keyring.check) {
    throw new AppError(
      "conflict",
      "AUTH_SECRET is not the one this database was set up with. Set the former secret (without the variable it is kept in the data folder), or use another database.",
    );
  }
}
