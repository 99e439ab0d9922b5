import { createToken } from "@/lib/features/tokens/commands";
import { listTokens } from "@/lib/features/tokens/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listTokens({ actor, params: Object.fromEntries(url.searchParams) })),
);

export const POST = route(async ({ actor, body }) =>
  json(await createToken({ actor, input: await body() }), 201),
);
