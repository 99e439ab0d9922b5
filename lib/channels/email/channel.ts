import { type Channel, type ChannelSettings, DEFAULT_TIMEOUTS } from "../channel";
import { combine } from "../combine";
import { smtpOutcomes } from "./outcome";
import { renderEmail } from "./render";
import { type EmailConfig, emailConfigSchema } from "./schema";
import { deliver } from "./transport";

/** E-mail by SMTP. */
export const emailChannel: Channel<EmailConfig> = {
  kind: "email",
  configSchema: emailConfigSchema,
  secretFields: [],

  isConfigured: (settings) =>
    settings.smtpUrl === undefined ? { ok: false, missing: "SMTP_URL" } : { ok: true },

  render: (notification, config, context) => ({
    from: sender(context.settings),
    to: config.to,
    ...renderEmail(notification),
  }),

  async send(notification, config, context) {
    const { settings } = context;
    if (settings.smtpUrl === undefined) {
      return { outcome: "not_sent", error: "SMTP_URL is not set", reached: [...context.reached] };
    }
    const done = new Set(context.reached.map(({ to }) => to));
    const recipients = config.to.filter((to) => !done.has(to));
    if (recipients.length === 0) return combine(context.reached, []);
    const host = domainOf(sender(settings));
    const { incident, links } = notification;
    const answer = await deliver(
      settings.smtpUrl,
      {
        from: sender(settings),
        to: config.to,
        recipients,
        ...renderEmail(notification),
        messageId: `${context.idempotencyKey}@${host}`,
        threadId: incident === null ? undefined : `${incident.id}@${host}`,
        date: new Date(notification.at),
        unsubscribe: links.unsubscribe,
      },
      settings.timeouts ?? DEFAULT_TIMEOUTS,
      context.signal,
    );
    return combine(context.reached, smtpOutcomes(answer, recipients, secretsOf(settings.smtpUrl)));
  },
};

function sender(settings: ChannelSettings): string {
  return settings.mailFrom ?? `Keygauge <keygauge@${new URL(settings.appUrl).hostname}>`;
}

/** The domain of an address, with or without a name before it. */
function domainOf(address: string): string {
  return /@([^\s@<>]+)>?\s*$/.exec(address)?.[1] ?? "localhost";
}

/** The password as it stands in the URL and as it is sent. */
function secretsOf(smtpUrl: string): string[] {
  const { password } = new URL(smtpUrl);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
