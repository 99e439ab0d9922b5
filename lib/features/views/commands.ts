import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, write } from "../command";
import { toView } from "./queries";
import { createViewSchema, type ViewDto } from "./schemas";

/** So many views a page that nobody needs more, and a table cannot be filled. */
const MOST = 50;

/**
 * Keeps a view under its name; one of that name is replaced. Views are one's own, so that every role may, and no audit
 * entry is due. Throws `conflict` when there are 50 already.
 */
export async function saveView({ actor, input }: { actor: Actor; input: unknown }): Promise<ViewDto> {
  authorise(actor, "viewer");
  const { page, name, query } = parse(createViewSchema, input);
  return write(async (tx) => {
    const where = { ownerId_page_name: { ownerId: actor.id, page, name } };
    const known = await tx.savedView.findUnique({ where });
    if (known !== null) return toView(await tx.savedView.update({ where, data: { query } }));
    if ((await tx.savedView.count({ where: { ownerId: actor.id, page } })) >= MOST) {
      throw new AppError("conflict", `There are ${MOST} views of this page already. Delete one first.`);
    }
    return toView(
      await tx.savedView.create({ data: { id: newId("view"), ownerId: actor.id, page, name, query } }),
    );
  });
}

/** Forgets a view of one's own. Throws `not_found`. */
export async function deleteView({ actor, id }: { actor: Actor; id: string }): Promise<void> {
  authorise(actor, "viewer");
  const { count } = await write((tx) => tx.savedView.deleteMany({ where: { id, ownerId: actor.id } }));
  if (count === 0) throw new AppError("not_found", `You have no view ${id.slice(0, 40)}.`);
}
