import { addComment } from "@/lib/features/incidents/comments";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await addComment({ actor, id: params.id, input: await body() }), 201),
);
