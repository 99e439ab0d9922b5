import { createDashboard } from "@/lib/features/dashboards/commands";
import { listDashboards } from "@/lib/features/dashboards/queries";
import { json, route } from "@/lib/http/route";

export const GET = route(async ({ actor, url }) =>
  json(await listDashboards(actor, Object.fromEntries(url.searchParams))),
);

export const POST = route(async ({ actor, body }) =>
  json(await createDashboard({ actor, input: await body() }), 201),
);
