import { removeComment } from "@/lib/features/incidents/comments";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id" | "comment">(async ({ actor, params }) => {
  await removeComment({ actor, id: params.id, comment: params.comment });
  return noContent();
});
