import type { Notification, NotificationKind } from "./notification";

/** What a message means to a system that keeps incidents of its own. */
export type Step =
  /** Opens it, or brings what is open up to date. */
  | "trigger"
  | "acknowledge"
  | "resolve"
  /** Opens it and closes it again: to be seen afterwards. */
  | "both";

const STEPS: Record<NotificationKind, Step> = {
  firing: "trigger",
  no_data: "trigger",
  escalated: "trigger",
  downgraded: "trigger",
  reminder: "trigger",
  flapping: "trigger",
  acknowledged: "acknowledge",
  resolved: "resolve",
  fired_and_recovered: "both",
  digest: "both",
  channel_failing: "both",
  test: "both",
};

export const stepOf = (n: Notification): Step => STEPS[n.kind];

/**
 * What such a system knew the incident by before it was joined with others: to be closed, since the message speaks of
 * all of them now.
 */
export function formerKeys(n: Notification, earlier: readonly Notification[]): string[] {
  const ids = earlier.flatMap(({ incident }) => (incident === null ? [] : [incident.id]));
  return [...new Set(ids)].filter((id) => n.incident !== null && id !== n.incident.id);
}

/** By what such a system knows an incident again: the same in every message about it. */
export const incidentKey = (n: Notification, deliveryId: string): string => n.incident?.id ?? deliveryId;
