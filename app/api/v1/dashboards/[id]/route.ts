import { deleteDashboard, updateDashboard } from "@/lib/features/dashboards/commands";
import { getDashboard } from "@/lib/features/dashboards/queries";
import { json, noContent, route } from "@/lib/http/route";

export const GET = route<"id">(async ({ actor, params }) => json(await getDashboard(actor, params.id)));

export const PATCH = route<"id">(async ({ actor, params, body }) =>
  json(await updateDashboard({ actor, id: params.id, input: await body() })),
);

export const DELETE = route<"id">(async ({ actor, params }) => {
  await deleteDashboard({ actor, id: params.id });
  return noContent();
});
