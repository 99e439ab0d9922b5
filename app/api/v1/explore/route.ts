import { exploreOf } from "@/lib/features/explore/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await exploreOf(url.searchParams)));
