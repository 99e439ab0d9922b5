import { hideStart } from "@/lib/features/start/commands";
import { getStart } from "@/lib/features/start/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async () => json(await getStart()));

export const PUT = route(async ({ actor, body }) => {
  await hideStart({ actor, input: await body() });
  return json(await getStart());
});
