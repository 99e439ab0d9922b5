import { createAnnotation } from "@/lib/features/annotations/commands";
import { listAnnotations } from "@/lib/features/annotations/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) =>
  json(await listAnnotations(Object.fromEntries(url.searchParams))),
);

export const POST = route(async ({ actor, body }) =>
  json(await createAnnotation({ actor, input: await body() }), 201),
);
