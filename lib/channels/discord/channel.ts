import { chatChannel } from "../http/chat";
import { jsonBody } from "../http/send";
import { discordPayload } from "./payload";

/** Discord by a channel's webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook). */
export const discordChannel = chatChannel({
  kind: "discord",
  example: "https://discord.com/api/webhooks/000/XXXX",
  payload: discordPayload,
  // With `wait`, the answer comes once the message is stored, and has its id.
  target(text) {
    const url = new URL(text);
    url.searchParams.set("wait", "true");
    return url.href;
  },
  answers: {
    providerId(body) {
      const { id } = jsonBody(body);
      return typeof id === "string" ? id : undefined;
    },
    retryAfter(body) {
      const { retry_after } = jsonBody(body);
      return typeof retry_after === "number" ? retry_after : undefined;
    },
  },
});
