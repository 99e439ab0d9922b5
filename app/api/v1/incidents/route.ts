import { listIncidents } from "@/lib/features/incidents/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ url }) => json(await listIncidents(Object.fromEntries(url.searchParams))));
