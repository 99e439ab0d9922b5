import { revokeShare } from "@/lib/features/shares/commands";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id">(async ({ actor, params }) => {
  await revokeShare({ actor, id: params.id });
  return noContent();
});
