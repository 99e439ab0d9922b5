import { revokeSessions } from "@/lib/features/users/commands";
import { listSessions } from "@/lib/features/users/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ actor, params, url }) =>
  json(await listSessions({ actor, user: params.id, params: Object.fromEntries(url.searchParams) })),
);

/** Ends every session of the user. */
export const DELETE = route<"id">(async ({ actor, params }) => {
  await revokeSessions({ actor, user: params.id });
  return noContent();
});
