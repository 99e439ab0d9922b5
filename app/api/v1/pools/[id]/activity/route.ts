import { groupDetailOf } from "@/lib/features/keys/group-detail";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params, url }) =>
  json(await groupDetailOf("pool", params.id, url.searchParams)),
);
