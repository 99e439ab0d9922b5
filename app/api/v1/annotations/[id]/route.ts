import { deleteAnnotation } from "@/lib/features/annotations/commands";
import { getAnnotation } from "@/lib/features/annotations/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getAnnotation(params.id)));

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteAnnotation({ actor, id: params.id });
  return noContent();
});
