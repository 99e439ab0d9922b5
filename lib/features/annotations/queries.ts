import type { Prisma } from "@/lib/db/client";
import type { Range } from "@/lib/domain/usage/window";
import { AppError, parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { keyIdOf, noKey } from "../keys/queries";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { type AnnotationDto, annotationsQuerySchema } from "./schemas";

type Row = Prisma.AnnotationGetPayload<object>;

/** Annotations, the latest first. Throws `invalid` naming the parameter, `not_found` for a key that is not known. */
export async function listAnnotations(input: unknown): Promise<Page<AnnotationDto>> {
  const { from, to, key } = parseQuery(annotationsQuerySchema, input);
  const { limit, cursor } = parse(pageSchema, input);
  const before = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.annotation.findMany({
    where: {
      AND: [
        overlapping({ from, to }),
        key === undefined ? {} : about(await scopesOf(key)),
        before === undefined
          ? {}
          : { OR: [{ at: { lt: before.at } }, { at: before.at, id: { lt: before.id } }] },
      ],
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  return toPage(rows, limit, toAnnotation, (row) => [row.at.getTime(), row.id]);
}

/** What is drawn into a key's charts over a range, the earliest first. */
export async function annotationsOfKey(
  key: { id: number; provider: string; pool: string | null },
  range: Range,
  most: number,
): Promise<AnnotationDto[]> {
  const rows = await runtime().db.prisma.annotation.findMany({
    where: { AND: [overlapping(range), about(key)] },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: most,
  });
  return rows.toReversed().map(toAnnotation);
}

/** Throws `not_found`. */
export async function getAnnotation(id: string): Promise<AnnotationDto> {
  const row = await runtime().db.prisma.annotation.findUnique({ where: { id } });
  if (row === null) throw noAnnotation(id);
  return toAnnotation(row);
}

export const noAnnotation = (id: string): AppError =>
  new AppError("not_found", `There is no annotation ${id.slice(0, 40)}.`);

async function scopesOf(id: string) {
  const key = await runtime().db.prisma.apiKey.findUnique({
    where: { id: keyIdOf(id) },
    select: { id: true, provider: true, pool: { select: { name: true } } },
  });
  if (key === null) throw noKey(id);
  return { id: Number(key.id), provider: key.provider, pool: key.pool?.name ?? null };
}

function overlapping({ from, to }: { from?: number | undefined; to?: number | undefined }) {
  const where: Prisma.AnnotationWhereInput = {};
  if (to !== undefined) where.at = { lt: new Date(to) };
  if (from !== undefined) {
    const start = new Date(from);
    where.OR = [{ at: { gte: start } }, { endsAt: { gt: start } }];
  }
  return where;
}

function about(key: { id: number; provider: string; pool: string | null }): Prisma.AnnotationWhereInput {
  return {
    OR: [
      { keyId: null, provider: null, pool: null },
      { keyId: BigInt(key.id) },
      { provider: key.provider },
      ...(key.pool === null ? [] : [{ pool: key.pool }]),
    ],
  };
}

function toAnnotation({
  id,
  at,
  endsAt,
  text,
  keyId,
  provider,
  pool,
  createdBy,
  createdAt,
}: Row): AnnotationDto {
  return {
    id,
    at: at.toISOString(),
    ends_at: endsAt?.toISOString() ?? null,
    text,
    scope: {
      ...(keyId === null ? {} : { key: String(keyId) }),
      ...(provider === null ? {} : { provider }),
      ...(pool === null ? {} : { pool }),
    },
    created_by: createdBy,
    created_at: createdAt.toISOString(),
  };
}
