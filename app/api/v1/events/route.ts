import { searchInput } from "@/lib/domain/usage/query";
import { listEvents } from "@/lib/features/usage/events";
import { ingestRoute } from "@/lib/http/ingest-route";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listEvents(searchInput(url.searchParams, ["key"]))));

export const POST = ingestRoute;
