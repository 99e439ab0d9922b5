import { createSilence } from "@/lib/features/silences/commands";
import { listSilences } from "@/lib/features/silences/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listSilences(Object.fromEntries(url.searchParams))));

export const POST = route(async ({ actor, body }) =>
  json(await createSilence({ actor, input: await body() }), 201),
);
