import type { ChannelKind } from "@/lib/domain/delivery/kind";
import type { Channel } from "./channel";
import { emailChannel } from "./email/channel";
import { smsChannel } from "./sms/channel";

const CHANNELS = { email: emailChannel, sms: smsChannel } satisfies Record<ChannelKind, unknown>;

/** The implementation of a kind. Its config is whatever its own `configSchema` has parsed. */
export function channelOf(kind: ChannelKind): Channel<unknown> {
  return CHANNELS[kind] as Channel<unknown>;
}
