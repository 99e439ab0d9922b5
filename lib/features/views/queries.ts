import type { Actor } from "@/lib/domain/access/actor";
import { parseQuery } from "@/lib/errors";
import { runtime } from "@/lib/runtime";
import { type ViewDto, type ViewPage, viewsQuerySchema } from "./schemas";

type Row = { id: string; page: string; name: string; query: string; createdAt: Date };

export const toView = ({ id, page, name, query, createdAt }: Row): ViewDto => ({
  id,
  page: page as ViewPage,
  name,
  query,
  created_at: createdAt.toISOString(),
});

/** The views that `actor` kept, by name. */
export async function listViews(
  actor: Actor,
  input: unknown,
): Promise<{ data: ViewDto[]; next_cursor: null }> {
  const { page } = parseQuery(viewsQuerySchema, input);
  const rows = await runtime().db.prisma.savedView.findMany({
    where: { ownerId: actor.id, ...(page === undefined ? {} : { page }) },
    orderBy: { name: "asc" },
  });
  return { data: rows.map(toView), next_cursor: null };
}
