import type { Channel } from "./channel";
import { emailChannel } from "./email/channel";
import { smsChannel } from "./sms/channel";

const CHANNELS = { email: emailChannel, sms: smsChannel } as const;

export type ChannelKind = keyof typeof CHANNELS;

export const CHANNEL_KINDS = Object.keys(CHANNELS) as [ChannelKind, ...ChannelKind[]];

export const isChannelKind = (kind: string): kind is ChannelKind => Object.hasOwn(CHANNELS, kind);

/** The implementation of a kind. Its config is whatever its own `configSchema` has parsed. */
export function channelOf(kind: ChannelKind): Channel<unknown> {
  return CHANNELS[kind] as Channel<unknown>;
}
