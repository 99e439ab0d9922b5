import { resetPassword } from "@/lib/features/users/commands";
import { noContent, route } from "@/lib/http/route";

/** Sets another password and ends the user's sessions. */
export const PUT = route<"id">(async ({ actor, params, body }) => {
  await resetPassword({ actor, id: params.id, input: await body() });
  return noContent();
});
