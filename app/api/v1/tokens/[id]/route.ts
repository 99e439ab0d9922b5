import { revokeToken } from "@/lib/features/tokens/commands";
import { noContent, route } from "@/lib/http/route";

export const DELETE = route<"id">(async ({ actor, params }) => {
  await revokeToken({ actor, id: params.id });
  return noContent();
});
