import { createInvitation } from "@/lib/features/invitations/commands";
import { listInvitations } from "@/lib/features/invitations/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor }) => json(await listInvitations({ actor })));

export const POST = route(async ({ actor, body }) =>
  json(await createInvitation({ actor, input: await body() }), 201),
);
