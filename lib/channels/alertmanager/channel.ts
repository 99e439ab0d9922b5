import { z } from "zod";
import type { Channel } from "../channel";
import { sendHttp, sendToOne } from "../http/send";
import { below, endpointOf, openUrl, type UrlConfig, withoutCredentials } from "../url";
import { headline, stateWord } from "../words";
import { alertsOf } from "./alerts";

/** Prometheus Alertmanager, whose routes and silences then apply (https://prometheus.io/docs/alerting/latest/alerts_api). */
export const alertmanagerChannel: Channel<UrlConfig> = {
  kind: "alertmanager",
  configSchema: z.strictObject({
    url: endpointOf("alertmanager", "http://alertmanager:9093"),
  }),
  secretFields: ["url"],
  hints: ({ url }) => ({ url: openUrl(url) }),
  endpoint: ({ url }) => url,
  isConfigured: () => ({ ok: true }),

  render: (notification, { url }) => ({
    from: "Keygauge",
    to: [openUrl(url)],
    subject: `[${stateWord(notification)}] ${headline(notification)}`,
    text: JSON.stringify(alertsOf(notification), null, 2),
  }),

  send: (notification, config, context) =>
    sendToOne(openUrl(config.url), context, () => {
      const { url, headers } = withoutCredentials(below(config.url, "/api/v2/alerts"));
      const body = JSON.stringify(alertsOf(notification, context.earlier));
      const secrets = [new URL(config.url).password, ...new URL(config.url).searchParams.values()];
      return sendHttp({ method: "POST", url, headers, body, secrets }, context);
    }),
};
