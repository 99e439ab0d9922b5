import { overviewOf } from "@/lib/features/overview/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await overviewOf(url.searchParams)));
