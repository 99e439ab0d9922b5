import { chatChannel } from "../http/chat";
import { slackPayload } from "./payload";

/** Slack by an incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). */
export const slackChannel = chatChannel({
  kind: "slack",
  example: "https://hooks.slack.com/services/T000/B000/XXXX",
  payload: slackPayload,
});
