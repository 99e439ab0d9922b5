import { z } from "zod";
import type { Channel } from "../channel";
import type { Notification } from "../notification";
import { endpointOf, maskedUrl, type UrlConfig, withoutCredentials } from "../url";
import { headline, stateWord } from "../words";
import { type HttpSend, sendHttp, sendToOne } from "./send";

/** What tells one chat service from another. */
interface ChatService {
  kind: string;
  /** A URL of the service, for people who have entered something else. */
  example: string;
  payload(notification: Notification): object;
  /** The URL to post to, if it is not the one that was entered. */
  target?: (url: string) => string;
  answers?: Pick<HttpSend, "providerId" | "retryAfter">;
}

/** A channel that posts to a URL which is a secret as a whole: whoever has it may write to the room. */
export function chatChannel(service: ChatService): Channel<UrlConfig> {
  return {
    kind: service.kind,
    configSchema: z.strictObject({ url: endpointOf(service.kind, service.example) }),
    secretFields: ["url"],
    hints: ({ url }) => ({ url: maskedUrl(url) }),
    endpoint: ({ url }) => url,
    isConfigured: () => ({ ok: true }),

    render: (notification, { url }) => ({
      from: "Keygauge",
      to: [maskedUrl(url)],
      subject: `[${stateWord(notification)}] ${headline(notification)}`,
      text: JSON.stringify(service.payload(notification), null, 2),
    }),

    send: (notification, config, context) =>
      sendToOne(maskedUrl(config.url), context, () => {
        const { url, headers } = withoutCredentials(service.target?.(config.url) ?? config.url);
        return sendHttp(
          {
            method: "POST",
            url,
            headers,
            body: JSON.stringify(service.payload(notification)),
            secrets: [config.url, ...secretParts(config.url)],
            ...service.answers,
          },
          context,
        );
      }),
  };
}

/** What of the URL is secret by itself, since a server may repeat parts of it. */
function secretParts(text: string): string[] {
  const { pathname, searchParams } = new URL(text);
  return [pathname, ...searchParams.values()];
}
