import { z } from "zod";
import type { Channel } from "../channel";
import { jsonBody, sendInTurn, sendToOne } from "../http/send";
import { below, endpointOf, maskedSecret, openUrl, withoutCredentials } from "../url";
import { headline, stateWord } from "../words";
import { pagerDutyEvents } from "./events";

const DEFAULT_URL = "https://events.pagerduty.com";

interface PagerDutyConfig {
  routing_key: string;
  url?: string | undefined;
}

/** PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview), or one that speaks it. */
export const pagerDutyChannel: Channel<PagerDutyConfig> = {
  kind: "pagerduty",
  configSchema: z.strictObject({
    routing_key: z
      .string("expected the integration key of an Events API v2 integration")
      .trim()
      .regex(
        /^[\w-]{6,100}$/,
        "expected the integration key of an Events API v2 integration: 32 letters and digits",
      ),
    url: endpointOf("pagerduty", "https://events.eu.pagerduty.com").optional(),
  }),
  secretFields: ["routing_key", "url"],
  hints: ({ routing_key, url }) => ({
    routing_key: maskedSecret(routing_key),
    ...(url === undefined ? {} : { url: openUrl(url) }),
  }),
  endpoint: ({ url }) => url ?? DEFAULT_URL,
  isConfigured: () => ({ ok: true }),

  render: (notification, { routing_key }, { idempotencyKey }) => ({
    from: "Keygauge",
    to: ["PagerDuty"],
    subject: `[${stateWord(notification)}] ${headline(notification)}`,
    text: JSON.stringify(pagerDutyEvents(notification, maskedSecret(routing_key), idempotencyKey), null, 2),
  }),

  send: (notification, config, context) =>
    sendToOne("PagerDuty", context, () => {
      const { url, headers } = withoutCredentials(below(config.url ?? DEFAULT_URL, "/v2/enqueue"));
      const { idempotencyKey, earlier } = context;
      const events = pagerDutyEvents(notification, config.routing_key, idempotencyKey, earlier);
      return sendInTurn(
        events.map((event) => ({
          method: "POST" as const,
          url,
          headers,
          body: JSON.stringify(event),
          secrets: [config.routing_key],
          providerId: (body: string) => {
            const { dedup_key } = jsonBody(body);
            return typeof dedup_key === "string" ? dedup_key : undefined;
          },
        })),
        context,
      );
    }),
};
