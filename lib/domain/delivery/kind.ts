/** The kinds of channel there are; lib/channels/registry.ts has an implementation for each. */
export const CHANNEL_KINDS = ["email", "sms"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const isChannelKind = (kind: string): kind is ChannelKind =>
  (CHANNEL_KINDS as readonly string[]).includes(kind);
