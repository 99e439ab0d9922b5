import { deleteRule, updateRule } from "@/lib/features/rules/commands";
import { getRule } from "@/lib/features/rules/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getRule(params.id)));

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateRule({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteRule({ actor, id: params.id });
  return noContent();
});
