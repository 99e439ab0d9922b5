import { createLimit } from "@/lib/features/limits/commands";
import { listLimits } from "@/lib/features/limits/queries";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await listLimits(params.id)));

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await createLimit({ actor, keyId: params.id, input: await body() }), 201),
);
