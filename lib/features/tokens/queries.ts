import type { Prisma } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise } from "../command";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import type { TokenDto } from "./schemas";

type TokenRow = Prisma.TokenGetPayload<Record<string, never>>;

export const tokenDto = (row: TokenRow): TokenDto => ({
  id: row.id,
  name: row.name,
  role: row.role ?? "",
  hint: row.hint,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

/** Management tokens, newest first, revoked ones too. Needs `admin`. */
export async function listTokens({
  actor,
  params,
}: {
  actor: Actor;
  params: unknown;
}): Promise<Page<TokenDto>> {
  authorise(actor, "admin");
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.token.findMany({
    where: {
      kind: "management",
      ...(after === undefined
        ? {}
        : { OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }] }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  return toPage(rows, limit, tokenDto, (row) => [row.createdAt.getTime(), row.id]);
}
