"use server";

import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/features/incidents/commands";
import type { IncidentDto } from "@/lib/features/incidents/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";

export async function acknowledge(id: string): Promise<ActionResult<IncidentDto>> {
  return runAction((actor) => acknowledgeIncident({ actor, id: String(id) }));
}

export async function withdraw(id: string): Promise<ActionResult<IncidentDto>> {
  return runAction((actor) => unacknowledgeIncident({ actor, id: String(id) }));
}
