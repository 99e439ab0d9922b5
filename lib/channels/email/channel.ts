import { type Channel, DEFAULT_TIMEOUTS, type SendContext } from "../channel";
import { combine, type RecipientResult } from "../combine";
import type { Notification } from "../notification";
import { smtpOutcomes } from "./outcome";
import { renderEmail } from "./render";
import { type EmailConfig, emailConfigSchema } from "./schema";
import { domainOf, secretsOf, sender } from "./sender";
import { deliver } from "./transport";

/** A server of a small team refuses many sessions of one client. */
const SESSIONS_AT_ONCE = 4;

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
    const mail = { smtpUrl: settings.smtpUrl, to: config.to, notification, context };
    const { unsubscribe } = context;
    if (unsubscribe === undefined) return combine(context.reached, await sendMail({ ...mail, recipients }));
    // The link to unsubscribe is a recipient's own, so each gets a mail of its own.
    const results: RecipientResult[] = [];
    const waiting = [...recipients];
    const takeTurns = async () => {
      for (let to = waiting.shift(); to !== undefined; to = waiting.shift()) {
        results.push(...(await sendMail({ ...mail, recipients: [to], unsubscribe: unsubscribe(to) })));
      }
    };
    await Promise.all(Array.from({ length: SESSIONS_AT_ONCE }, takeTurns));
    const inOrder = recipients.flatMap((to) => results.filter((result) => result.to === to));
    return combine(context.reached, inOrder);
  },
};

async function sendMail(mail: {
  smtpUrl: string;
  to: string[];
  recipients: string[];
  notification: Notification;
  context: SendContext;
  unsubscribe?: string;
}): Promise<RecipientResult[]> {
  const { smtpUrl, to, recipients, notification, context, unsubscribe } = mail;
  const { settings, idempotencyKey, signal } = context;
  const { incident, at } = notification;
  const from = sender(settings);
  const host = domainOf(from);
  const answer = await deliver(
    smtpUrl,
    {
      from,
      to,
      recipients,
      ...renderEmail(notification, unsubscribe),
      messageId: `${idempotencyKey}@${host}`,
      threadId: incident === null ? undefined : `${incident.id}@${host}`,
      date: new Date(at),
      unsubscribe,
    },
    settings.timeouts ?? DEFAULT_TIMEOUTS,
    signal,
  );
  return smtpOutcomes(answer, recipients, secretsOf(smtpUrl));
}
