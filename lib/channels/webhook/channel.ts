import { z } from "zod";
import type { Channel } from "../channel";
import { sendHttp, sendToOne } from "../http/send";
import { endpointOf, maskedSecret, openUrl, withoutCredentials } from "../url";
import { headline, stateWord } from "../words";
import { webhookPayload } from "./payload";
import { newSecret, secretFault, signed } from "./signature";

interface WebhookConfig {
  url: string;
  secret: string;
}

const configSchema = z.strictObject({
  url: endpointOf("webhook", "https://example.com/keygauge"),
  secret: z
    .string("expected a secret such as whsec_ and base64")
    .max(200, "expected at most 200 characters")
    .superRefine((text, context) => {
      const fault = secretFault(text);
      if (fault !== null) context.addIssue({ code: "custom", message: fault });
    }),
});

/** A POST that its receiver can verify (https://www.standardwebhooks.com). */
export const webhookChannel: Channel<WebhookConfig> = {
  kind: "webhook",
  configSchema,
  secretFields: ["url", "secret"],
  hints: ({ url, secret }) => ({ url: openUrl(url), secret: maskedSecret(secret) }),
  generate: () => ({ secret: newSecret() }),
  endpoint: ({ url }) => url,
  isConfigured: () => ({ ok: true }),

  render: (notification, { url }, { idempotencyKey }) => ({
    from: "Keygauge",
    to: [openUrl(url)],
    subject: `[${stateWord(notification)}] ${headline(notification)}`,
    text: JSON.stringify(webhookPayload(notification, idempotencyKey), null, 2),
  }),

  send: (notification, config, context) =>
    sendToOne(openUrl(config.url), context, () => {
      const { url, headers } = withoutCredentials(config.url);
      const body = JSON.stringify(webhookPayload(notification, context.idempotencyKey));
      const signature = signed(config.secret, { id: context.idempotencyKey, at: context.now, body });
      const secrets = [config.secret, ...new URL(config.url).searchParams.values()];
      return sendHttp({ method: "POST", url, headers: { ...headers, ...signature }, body, secrets }, context);
    }),
};
