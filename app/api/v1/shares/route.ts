import { createShare } from "@/lib/features/shares/commands";
import { listShares } from "@/lib/features/shares/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listShares(actor, Object.fromEntries(url.searchParams))),
);

export const POST = route(async ({ actor, body }) =>
  json(await createShare({ actor, input: await body() }), 201),
);
