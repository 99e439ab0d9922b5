import { deleteView } from "@/lib/features/views/commands";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteView({ actor, id: params.id });
  return noContent();
});
