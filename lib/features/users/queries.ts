import type { Prisma } from "@/lib/db/client";
import { type Actor, ROLES } from "@/lib/domain/access/actor";
import { CLOCKS, type Preferences, THEMES } from "@/lib/domain/access/preferences";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise } from "../command";
import { decodeCursor, decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import type { SessionDto, UserDto } from "./schemas";

const withSession = {
  sessions: { orderBy: { createdAt: "desc" }, take: 1, select: { createdAt: true } },
} satisfies Prisma.UserInclude;
type UserRow = Prisma.UserGetPayload<{ include: typeof withSession }>;

const userDto = (row: UserRow): UserDto => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: ROLES.find((role) => role === row.role) ?? "viewer",
  created_at: row.createdAt.toISOString(),
  last_sign_in_at: row.sessions[0]?.createdAt.toISOString() ?? null,
});

/** Users by e-mail address. Needs `admin`. */
export async function listUsers({
  actor,
  params,
}: {
  actor: Actor;
  params: unknown;
}): Promise<Page<UserDto>> {
  authorise(actor, "admin");
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : String(decodeCursor(cursor, 1)[0]);
  const rows = await runtime().db.prisma.user.findMany({
    where: after === undefined ? {} : { email: { gt: after } },
    orderBy: { email: "asc" },
    take: limit + 1,
    include: withSession,
  });
  return toPage(rows, limit, userDto, (row) => [row.email]);
}

/** How one sees pages; a token has no preferences. */
export async function getPreferences({ actor }: { actor: Actor }): Promise<Preferences> {
  if (actor.kind !== "user") return { theme: null, time_zone: null, clock: null };
  const row = await runtime().db.prisma.user.findUnique({ where: { id: actor.id }, select: PREFERENCES });
  if (row === null) throw noUser();
  return preferencesOf(row);
}

export const PREFERENCES = { theme: true, timeZone: true, clock: true } as const;

export const preferencesOf = (row: Record<keyof typeof PREFERENCES, string | null>): Preferences => ({
  theme: THEMES.find((theme) => theme === row.theme) ?? null,
  time_zone: row.timeZone,
  clock: CLOCKS.find((clock) => clock === row.clock) ?? null,
});

/** For commands and handlers that have authorised already. Throws `not_found`. */
export async function getUser(id: string): Promise<UserDto> {
  const row = await runtime().db.prisma.user.findUnique({ where: { id }, include: withSession });
  if (row === null) throw noUser();
  return userDto(row);
}

export const noUser = (): AppError => new AppError("not_found", "There is no such user.");

/**
 * Console sessions that are still open, newest first: one's own, or with `user` ("all" or an id) those of others, which
 * needs `admin`.
 */
export async function listSessions({
  actor,
  user = actor.id,
  params = {},
}: {
  actor: Actor;
  user?: string;
  params?: unknown;
}): Promise<Page<SessionDto>> {
  if (actor.kind !== "user" || user !== actor.id) authorise(actor, "admin");
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.session.findMany({
    where: {
      expiresAt: { gt: new Date() },
      ...(user === "all" ? {} : { userId: user }),
      ...(after === undefined
        ? {}
        : { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
    include: { user: { select: { id: true, name: true, email: true } } },
  });
  return toPage(
    rows,
    limit,
    (row) => ({
      id: row.id,
      user: row.user,
      created_at: row.createdAt.toISOString(),
      expires_at: row.expiresAt.toISOString(),
      ip_address: row.ipAddress || null,
      user_agent: row.userAgent || null,
    }),
    (row) => [row.createdAt.getTime(), row.id],
  );
}
