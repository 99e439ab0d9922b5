import type { Notification } from "@/lib/channels/notification";

/** One message of a firing that was never sent and its resolution. */
export function firedAndRecovered(firing: Notification, resolved: Notification): Notification {
  const { acknowledge: _over, ...links } = firing.links;
  const incident = firing.incident ?? resolved.incident;
  return {
    ...firing,
    kind: "fired_and_recovered",
    links,
    incident:
      incident === null ? null : { ...incident, resolvedAt: resolved.incident?.resolvedAt ?? resolved.at },
  };
}
