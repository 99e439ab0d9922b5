import { keyDetailOf } from "@/lib/features/keys/detail";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params, url }) =>
  json(await keyDetailOf(params.id, url.searchParams)),
);
