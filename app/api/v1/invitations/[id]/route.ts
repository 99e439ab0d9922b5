import { revokeInvitation } from "@/lib/features/invitations/commands";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id">(async ({ actor, params }) => {
  await revokeInvitation({ actor, id: params.id });
  return noContent();
});
