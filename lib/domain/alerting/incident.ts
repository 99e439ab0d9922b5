import { type Severity, severityRank } from "./rule";
import type { Effect, Transition } from "./state";

export const INCIDENT_STATES = ["firing", "acknowledged", "resolved"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** The columns of an open incident that a transition may change. */
export type OpenIncident = {
  state: Exclude<IncidentState, "resolved">;
  severity: Severity;
  value: number | null;
  threshold: number | null;
};

/** `none` has nothing to write; `note` belongs on the timeline only. Instants in epoch ms. */
export type IncidentChange =
  | { action: "open"; incident: OpenIncident; startedAt: number }
  | { action: "escalate" | "downgrade" | "update"; incident: OpenIncident }
  | { action: "resolve"; resolvedAt: number }
  | { action: "note" }
  | { action: "none" };

/**
 * What a transition does to the instance's incident. The incident that is really open decides, so that one closed
 * by hand opens again at the next alert, and a resolution without an incident is none. An acknowledgement lasts until
 * the resolution.
 */
export function incidentChange(open: OpenIncident | null, transition: Transition): IncidentChange {
  const { before, after } = transition.alert;
  if (after === null)
    return open === null ? { action: "none" } : { action: "resolve", resolvedAt: transition.at };
  const { value, threshold } = transition;
  if (open === null) {
    const incident: OpenIncident = { state: "firing", severity: after.severity, value, threshold };
    return { action: "open", incident, startedAt: transition.at };
  }
  const rise = severityRank(after.severity) - severityRank(open.severity);
  if (rise === 0 && before?.cause === after.cause) return { action: "note" };
  const incident: OpenIncident = { ...open, severity: after.severity, value, threshold };
  return { action: rise > 0 ? "escalate" : rise < 0 ? "downgrade" : "update", incident };
}

/** The kinds of timeline entries that come from the state machine; people and deliveries add theirs. */
export const TIMELINE_KINDS = [
  "opened",
  "escalated",
  "downgraded",
  "recovering",
  "firing_again",
  "no_data",
  "data_returned",
  "evaluation_failed",
  "evaluation_restored",
  "resolved",
  "reminded",
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

/** How an effect reads on its incident's timeline; null when it is not part of one. */
export function timelineKind(effect: Effect): TimelineKind | null {
  if (effect.kind === "reminder") return "reminded";
  const { before, after } = effect.alert;
  if (after === null) return before === null ? null : "resolved";
  if (before === null) return "opened";
  if (effect.to === "error") return "evaluation_failed";
  const rise = severityRank(after.severity) - severityRank(before.severity);
  if (rise !== 0) return rise > 0 ? "escalated" : "downgraded";
  if (before.cause !== after.cause) return after.cause === "no_data" ? "no_data" : "data_returned";
  if (effect.from === "error" && effect.reason === "evaluation_restored") return "evaluation_restored";
  return effect.to === "recovering" ? "recovering" : "firing_again";
}
