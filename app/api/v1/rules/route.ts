import { createRule } from "@/lib/features/rules/commands";
import { listRules } from "@/lib/features/rules/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listRules(Object.fromEntries(url.searchParams))));

export const POST = route(async ({ actor, body }) =>
  json(await createRule({ actor, input: await body() }), 201),
);
