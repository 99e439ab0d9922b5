import type { Prisma } from "@/lib/db/client";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { decodeTimeCursor, type Page, pageSchema, toPage } from "../page";
import type { DashboardDto, DashboardSummary, PanelDto, PanelSize } from "./schemas";

const PANELS = { panels: { orderBy: { position: "asc" } } } satisfies Prisma.DashboardInclude;
type Row = Prisma.DashboardGetPayload<object>;
type PanelRow = Prisma.DashboardPanelGetPayload<object>;

export const toPanel = ({ id, title, query, size }: PanelRow): PanelDto => ({
  id,
  title,
  query,
  size: size as PanelSize,
});

const toSummary = (row: Row, panels: number, actor: Actor): DashboardSummary => ({
  id: row.id,
  name: row.name,
  owner_name: row.ownerName,
  own: row.ownerId === actor.id,
  panel_count: panels,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
});

/** Every dashboard, the one changed last first. */
export async function listDashboards(actor: Actor, params: unknown): Promise<Page<DashboardSummary>> {
  const { limit, cursor } = parse(pageSchema, params);
  const after = cursor === undefined ? undefined : decodeTimeCursor(cursor);
  const rows = await runtime().db.prisma.dashboard.findMany({
    ...(after !== undefined && {
      where: { OR: [{ updatedAt: { lt: after.at } }, { updatedAt: after.at, id: { lt: after.id } }] },
    }),
    include: { _count: { select: { panels: true } } },
    orderBy: [{ updatedAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  return toPage(
    rows,
    limit,
    (row) => toSummary(row, row._count.panels, actor),
    (row) => [row.updatedAt.getTime(), row.id],
  );
}

/** One with its panels, in order. Throws `not_found`. */
export async function getDashboard(actor: Actor, id: string): Promise<DashboardDto> {
  const row = await runtime().db.prisma.dashboard.findUnique({ where: { id }, include: PANELS });
  if (row === null) throw noDashboard(id);
  return { ...toSummary(row, row.panels.length, actor), range: row.range, panels: row.panels.map(toPanel) };
}

export const noDashboard = (id: string) =>
  new AppError("not_found", `There is no dashboard ${id.slice(0, 40)}.`);
