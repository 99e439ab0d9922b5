import { testRule } from "@/lib/features/rules/commands";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await testRule({ actor, id: params.id, input: await body({ optional: true }) })),
);
