import { getKeyStates } from "@/lib/features/keys/states";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params, url }) =>
  json(await getKeyStates(params.id, url.searchParams)),
);
