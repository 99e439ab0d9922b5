import { createSource } from "@/lib/features/sources/commands";
import { listSources } from "@/lib/features/sources/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listSources(Object.fromEntries(url.searchParams))));

export const POST = route(async ({ actor, body }) =>
  json(await createSource({ actor, input: await body() }), 201),
);
