"use server";

import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/features/incidents/commands";
import { addComment, removeComment } from "@/lib/features/incidents/comments";
import type { IncidentDto, TimelineEntry } from "@/lib/features/incidents/schemas";
import { type ActionResult, runAction } from "@/lib/http/action";

export async function acknowledge(id: string): Promise<ActionResult<IncidentDto>> {
  return runAction((actor) => acknowledgeIncident({ actor, id: String(id) }));
}

export async function snooze(id: string, minutes: number): Promise<ActionResult<IncidentDto>> {
  return runAction((actor) =>
    acknowledgeIncident({ actor, id: String(id), input: { for: `${Number(minutes)}m` } }),
  );
}

export async function withdraw(id: string): Promise<ActionResult<IncidentDto>> {
  return runAction((actor) => unacknowledgeIncident({ actor, id: String(id) }));
}

export async function comment(id: string, text: string): Promise<ActionResult<TimelineEntry>> {
  return runAction((actor) => addComment({ actor, id: String(id), input: { text } }));
}

export async function uncomment(id: string, entry: string): Promise<ActionResult<void>> {
  return runAction((actor) => removeComment({ actor, id: String(id), comment: String(entry) }));
}
