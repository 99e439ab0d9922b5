import { addPanel } from "@/lib/features/dashboards/commands";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await addPanel({ actor, id: params.id, input: await body() }), 201),
);
