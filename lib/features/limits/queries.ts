import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { keyIdOf, noKey } from "../keys/queries";
import type { LimitDto } from "../keys/schemas";
import type { Page } from "../page";
import { toLimitDto } from "./dto";
import { measureLimits } from "./measure";

/** All limits of a key with what is used of each. Throws `not_found` without such a key. */
export async function listLimits(keyId: string, now: number = Date.now()): Promise<Page<LimitDto>> {
  const id = keyIdOf(keyId);
  const { pool, prisma } = runtime().db;
  const [key, measured] = await Promise.all([
    prisma.apiKey.findUnique({ where: { id }, select: { id: true } }),
    measureLimits(pool, [id], now),
  ]);
  if (key === null) throw noKey(keyId);
  return { data: (measured.get(id) ?? []).map(toLimitDto), next_cursor: null };
}

/** One limit of a key. Throws `not_found`. */
export async function getLimit(keyId: string, id: string): Promise<LimitDto> {
  const limit = (await listLimits(keyId)).data.find((one) => one.id === id);
  if (limit === undefined) throw noLimit(id);
  return limit;
}

export const noLimit = (id: string): AppError =>
  new AppError("not_found", `The key has no limit ${id.slice(0, 40)}.`);
