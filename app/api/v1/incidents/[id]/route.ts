import { getIncident } from "@/lib/features/incidents/queries";
import { json, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ params }) => json(await getIncident(params.id)));
