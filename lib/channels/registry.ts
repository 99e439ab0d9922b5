import type { ChannelKind } from "@/lib/domain/delivery/kind";
import { alertmanagerChannel } from "./alertmanager/channel";
import type { Channel } from "./channel";
import { discordChannel } from "./discord/channel";
import { emailChannel } from "./email/channel";
import { opsgenieChannel } from "./opsgenie/channel";
import { pagerDutyChannel } from "./pagerduty/channel";
import { slackChannel } from "./slack/channel";
import { smsChannel } from "./sms/channel";
import { teamsChannel } from "./teams/channel";
import { webhookChannel } from "./webhook/channel";

const CHANNELS = {
  email: emailChannel,
  sms: smsChannel,
  slack: slackChannel,
  teams: teamsChannel,
  discord: discordChannel,
  webhook: webhookChannel,
  pagerduty: pagerDutyChannel,
  opsgenie: opsgenieChannel,
  alertmanager: alertmanagerChannel,
} satisfies Record<ChannelKind, unknown>;

/** The implementation of a kind. Its config is whatever its own `configSchema` has parsed. */
export function channelOf(kind: ChannelKind): Channel<unknown> {
  return CHANNELS[kind] as Channel<unknown>;
}
