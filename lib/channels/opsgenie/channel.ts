import { z } from "zod";
import type { Channel } from "../channel";
import { jsonBody, sendInTurn, sendToOne } from "../http/send";
import { below, endpointOf, maskedSecret, openUrl } from "../url";
import { headline, stateWord } from "../words";
import { opsgenieCalls } from "./calls";

const DEFAULT_URL = "https://api.opsgenie.com";

interface OpsgenieConfig {
  api_key: string;
  url?: string | undefined;
}

/** Opsgenie's Alert API v2 (https://docs.opsgenie.com/docs/alert-api), or one that speaks it. */
export const opsgenieChannel: Channel<OpsgenieConfig> = {
  kind: "opsgenie",
  configSchema: z.strictObject({
    api_key: z
      .string("expected the key of an API integration")
      .trim()
      .regex(/^[\w-]{6,100}$/, "expected the key of an API integration: letters, digits and dashes"),
    url: endpointOf("opsgenie", "https://api.eu.opsgenie.com").optional(),
  }),
  secretFields: ["api_key", "url"],
  hints: ({ api_key, url }) => ({
    api_key: maskedSecret(api_key),
    ...(url === undefined ? {} : { url: openUrl(url) }),
  }),
  endpoint: ({ url }) => url ?? DEFAULT_URL,
  isConfigured: () => ({ ok: true }),

  render: (notification, _config, { idempotencyKey }) => ({
    from: "Keygauge",
    to: ["Opsgenie"],
    subject: `[${stateWord(notification)}] ${headline(notification)}`,
    text: JSON.stringify(opsgenieCalls(notification, idempotencyKey), null, 2),
  }),

  send: (notification, config, context) =>
    sendToOne("Opsgenie", context, () => {
      const alerts = new URL(below(config.url ?? DEFAULT_URL, "/v2/alerts"));
      const calls = opsgenieCalls(notification, context.idempotencyKey, context.earlier);
      return sendInTurn(
        calls.map(({ method, path, body }) => ({
          method,
          url: `${alerts.origin}${alerts.pathname}${path}`,
          headers: { Authorization: `GenieKey ${config.api_key}` },
          body: JSON.stringify(body),
          secrets: [config.api_key],
          providerId: (answer: string) => {
            const { requestId } = jsonBody(answer);
            return typeof requestId === "string" ? requestId : undefined;
          },
        })),
        context,
      );
    }),
};
