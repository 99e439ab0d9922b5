import type { Prisma } from "@/lib/db/client";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { type SilenceDto, type SilenceState, silencesQuerySchema } from "./schemas";

type SilenceRow = Prisma.SilenceGetPayload<object>;

/** Silences, those that end last first; `state` narrows the list. Throws `invalid`. */
export async function listSilences(params: unknown, now = new Date()): Promise<Page<SilenceDto>> {
  const { limit, cursor } = parse(pageSchema, params);
  const { state } = parse(silencesQuerySchema, params);
  const before = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.silence.findMany({
    where: {
      ...(state === undefined ? {} : inState(state, now)),
      ...(before === undefined
        ? {}
        : { AND: { OR: [{ endsAt: { lt: before.at } }, { endsAt: before.at, id: { lt: before.id } }] } }),
    },
    orderBy: [{ endsAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  return toPage(
    rows,
    limit,
    (row) => toDto(row, now),
    (row) => [row.endsAt.getTime(), row.id],
  );
}

/** Throws `not_found`. */
export async function getSilence(id: string, now = new Date()): Promise<SilenceDto> {
  const row = await runtime().db.prisma.silence.findUnique({ where: { id } });
  if (row === null) throw noSilence(id);
  return toDto(row, now);
}

export const noSilence = (id: string): AppError =>
  new AppError("not_found", `There is no silence ${id.slice(0, 40)}.`);

function inState(state: SilenceState, now: Date): Prisma.SilenceWhereInput {
  switch (state) {
    case "active":
      return { deletedAt: null, startsAt: { lte: now }, endsAt: { gt: now } };
    case "upcoming":
      return { deletedAt: null, startsAt: { gt: now } };
    case "expired":
      return { OR: [{ deletedAt: { not: null } }, { endsAt: { lte: now } }] };
  }
}

function toDto(row: SilenceRow, now: Date): SilenceDto {
  const over = row.deletedAt !== null || row.endsAt <= now;
  return {
    id: row.id,
    matcher: row.matcher as SilenceMatcher,
    state: over ? "expired" : row.startsAt > now ? "upcoming" : "active",
    starts_at: row.startsAt.toISOString(),
    ends_at: row.endsAt.toISOString(),
    comment: row.comment,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    ended_at: row.deletedAt?.toISOString() ?? null,
  };
}
