import type { Prisma } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { parse, parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { authorise } from "../command";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import { type ShareDto, sharesQuerySchema } from "./schemas";

type Row = Prisma.ShareLinkGetPayload<object>;

export const toShare = (row: Row, now: number): ShareDto => ({
  id: row.id,
  title: row.title,
  hint: row.hint,
  dashboard: row.dashboardId,
  panel_count: Array.isArray(row.panels) ? row.panels.length : 0,
  state: row.revokedAt !== null ? "revoked" : row.expiresAt.getTime() <= now ? "expired" : "open",
  created_by: row.makerName,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
});

/** Links, newest first, ended ones too. Needs `operator`. */
export async function listShares(actor: Actor, params: unknown): Promise<Page<ShareDto>> {
  authorise(actor, "operator");
  const { limit, cursor } = parse(pageSchema, params);
  const { dashboard } = parseQuery(sharesQuerySchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.shareLink.findMany({
    where: {
      ...(dashboard !== undefined && { dashboardId: dashboard }),
      ...(after !== undefined && {
        OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }],
      }),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const now = Date.now();
  return toPage(
    rows,
    limit,
    (row) => toShare(row, now),
    (row) => [row.createdAt.getTime(), row.id],
  );
}
