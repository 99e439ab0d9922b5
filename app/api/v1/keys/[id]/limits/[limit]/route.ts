import { deleteLimit, updateLimit } from "@/lib/features/limits/commands";
import { getLimit } from "@/lib/features/limits/queries";
import { json, noContent, route } from "@/lib/http/route";

type Params = "id" | "limit";

export const GET = route<Params>(async ({ params }) => json(await getLimit(params.id, params.limit)));

export const PATCH = route<Params>(async ({ actor, params, body }) =>
  json(await updateLimit({ actor, keyId: params.id, id: params.limit, input: await body() })),
);

export const DELETE = route<Params>(async ({ actor, params }) => {
  await deleteLimit({ actor, keyId: params.id, id: params.limit });
  return noContent();
});
