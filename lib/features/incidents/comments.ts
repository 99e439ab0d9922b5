import { newId } from "@/lib/crypto";
import type { Actor } from "@/lib/domain/access/actor";
import { AppError, parse } from "@/lib/errors";
import { authorise, recordChange, write } from "../command";
import { incidentIdOf } from "./alias";
import { noIncident, toTimelineEntry } from "./queries";
import { commentSchema, type TimelineEntry } from "./schemas";

/** Who wrote a comment, as its entry keeps it. */
export const authorOf = ({ kind, id }: Pick<Actor, "kind" | "id">): string => `${kind}:${id}`;

/** Puts a comment on an incident's timeline. Needs `operator`. Throws `invalid`, `not_found`. */
export async function addComment({
  actor,
  id,
  input,
}: {
  actor: Actor;
  id: string;
  input: unknown;
}): Promise<TimelineEntry> {
  authorise(actor, "operator");
  const { text } = parse(commentSchema, input);
  return write(async (tx) => {
    const incidentId = await incidentIdOf(tx, id);
    if ((await tx.incident.count({ where: { id: incidentId } })) === 0) throw noIncident(id);
    const row = await tx.incidentEvent.create({
      data: {
        id: newId("ev"),
        incidentId,
        at: new Date(),
        kind: "comment",
        actor: actor.name,
        data: { text, author: authorOf(actor) },
      },
    });
    await recordChange(tx, actor, {
      action: "incident.comment",
      entity: "incident",
      entityId: incidentId,
      changes: { comment: row.id },
    });
    return toTimelineEntry(row);
  });
}

/** Takes one's own comment away. Needs `operator`. Throws `not_found`, `forbidden` on somebody else's. */
export async function removeComment({
  actor,
  id,
  comment,
}: {
  actor: Actor;
  id: string;
  comment: string;
}): Promise<void> {
  authorise(actor, "operator");
  await write(async (tx) => {
    const incidentId = await incidentIdOf(tx, id);
    const row = await tx.incidentEvent.findFirst({ where: { id: comment, incidentId, kind: "comment" } });
    if (row === null) {
      throw new AppError("not_found", `There is no comment ${comment.slice(0, 40)} on this incident.`);
    }
    if (toTimelineEntry(row).author !== authorOf(actor)) {
      throw new AppError("forbidden", `Only ${row.actor ?? "its author"} can take this comment away.`);
    }
    await tx.incidentEvent.deleteMany({ where: { id: row.id } });
    await recordChange(tx, actor, {
      action: "incident.uncomment",
      entity: "incident",
      entityId: incidentId,
      changes: { comment: row.id },
    });
  });
}
