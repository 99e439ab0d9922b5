import { listAudit } from "@/lib/features/audit/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listAudit({ actor, params: Object.fromEntries(url.searchParams) })),
);
