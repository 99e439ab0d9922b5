import { listValues } from "@/lib/features/explore/values";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listValues(Object.fromEntries(url.searchParams))));
