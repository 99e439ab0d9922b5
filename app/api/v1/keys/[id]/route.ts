import { deleteKey, updateKey } from "@/lib/features/keys/commands";
import { getKey } from "@/lib/features/keys/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getKey(params.id)));

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateKey({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteKey({ actor, id: params.id });
  return noContent();
});
