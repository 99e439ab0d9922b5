import { saveView } from "@/lib/features/views/commands";
import { listViews } from "@/lib/features/views/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listViews(actor, Object.fromEntries(url.searchParams))),
);

export const POST = route(async ({ actor, body }) =>
  json(await saveView({ actor, input: await body() }), 201),
);
