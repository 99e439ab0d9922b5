import { createChannel } from "@/lib/features/channels/commands";
import { listChannels } from "@/lib/features/channels/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listChannels(Object.fromEntries(url.searchParams))));

export const POST = route(async ({ actor, body }) =>
  json(await createChannel({ actor, input: await body() }), 201),
);
