import { testChannel } from "@/lib/features/channels/commands";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await testChannel({ actor, id: params.id, input: await body({ optional: true }) })),
);
