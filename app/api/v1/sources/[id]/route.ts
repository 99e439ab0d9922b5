import { deleteSource, updateSource } from "@/lib/features/sources/commands";
import { getSource } from "@/lib/features/sources/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getSource(params.id)));

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateSource({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteSource({ actor, id: params.id });
  return noContent();
});
