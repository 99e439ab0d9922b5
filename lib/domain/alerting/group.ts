import { SEVERITIES, severityRank } from "./rule";
import type { Alert, Transition } from "./state";

const WORST = SEVERITIES.at(-1);

/** The alerts of the instances that share an incident, by instance; those without one are left out. */
export type Group = Map<string, Alert>;

/** The worst of them, which is what the incident says; a crossed threshold before missing data. null for none. */
export function worst(alerts: Iterable<Alert>): Alert | null {
  let top: Alert | null = null;
  for (const alert of alerts) {
    const rise = severityRank(alert.severity) - severityRank(top?.severity ?? null);
    if (rise > 0 || (rise === 0 && alert.cause === "threshold")) top = alert;
    // Nothing is worse, and thousands may follow.
    if (alert.severity === WORST && alert.cause === "threshold") return alert;
  }
  return top;
}

/** Takes one instance's alert into the group, and gives what that makes of the incident's. */
export function lift(group: Group, instance: string, after: Alert | null): Transition["alert"] {
  const before = worst(group.values());
  if (after === null) group.delete(instance);
  else group.set(instance, after);
  return { before, after: worst(group.values()) };
}
