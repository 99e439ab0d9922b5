import { revokeSession } from "@/lib/features/users/commands";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id">(async ({ actor, params }) => {
  await revokeSession({ actor, id: params.id });
  return noContent();
});
