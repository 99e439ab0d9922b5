/** The kinds of channel there are; lib/channels/registry.ts has an implementation for each. */
export const CHANNEL_KINDS = [
  "email",
  "sms",
  "slack",
  "teams",
  "discord",
  "webhook",
  "pagerduty",
  "opsgenie",
  "alertmanager",
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const isChannelKind = (kind: string): kind is ChannelKind =>
  (CHANNEL_KINDS as readonly string[]).includes(kind);

const INCIDENT_SYSTEMS: ReadonlySet<string> = new Set<ChannelKind>(["pagerduty", "opsgenie", "alertmanager"]);

/**
 * Whether a kind keeps incidents of its own. It has to hear of each one's steps by themselves and at once: a digest would
 * hide them, and who is woken when is decided there.
 */
export const keepsIncidents = (kind: string): boolean => INCIDENT_SYSTEMS.has(kind);

/** Whether a kind is told that people take care of an incident; the others would only be disturbed by it. */
export const hearsAcknowledgements = (kind: string): boolean => kind === "pagerduty" || kind === "opsgenie";
