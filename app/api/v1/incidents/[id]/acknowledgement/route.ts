import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/features/incidents/commands";
import { json, route } from "@/lib/http/route";

export const POST = route<"id">(async ({ actor, params, body }) =>
  json(await acknowledgeIncident({ actor, id: params.id, input: await body({ optional: true }) })),
);

export const DELETE = route<"id">(async ({ actor, params }) =>
  json(await unacknowledgeIncident({ actor, id: params.id })),
);
