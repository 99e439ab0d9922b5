import { searchInput } from "@/lib/domain/usage/query";
import { getUsage } from "@/lib/features/usage/series";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) =>
  json(await getUsage(searchInput(url.searchParams, ["key", "metric"]))),
);
