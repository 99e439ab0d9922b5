import { createUser } from "@/lib/features/users/commands";
import { listUsers } from "@/lib/features/users/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listUsers({ actor, params: Object.fromEntries(url.searchParams) })),
);

export const POST = route(async ({ actor, body }) =>
  json(await createUser({ actor, input: await body() }), 201),
);
