import type { Channel, SendContext, TwilioChannelSettings } from "../channel";
import { combine, type Outcome, type RecipientResult } from "../combine";
import type { Notification } from "../notification";
import { reference, renderSms } from "./render";
import { type SmsConfig, smsConfigSchema } from "./schema";
import { createMessage, findMessage, twilioWords } from "./twilio";

/** SMS through Twilio's Messages API, or a host that speaks it. */
export const smsChannel: Channel<SmsConfig> = {
  kind: "sms",
  configSchema: smsConfigSchema,
  secretFields: [],

  isConfigured: (settings) =>
    settings.twilio === undefined
      ? { ok: false, missing: "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM" }
      : { ok: true },

  render: (notification, config, context) => ({
    from: context.settings.twilio?.from ?? "Keygauge",
    to: config.to,
    text: renderSms(notification, context.idempotencyKey, { repeat: context.maybeSentBefore }),
  }),

  async send(notification, config, context) {
    const { twilio } = context.settings;
    if (twilio === undefined) {
      return { outcome: "not_sent", error: "Twilio is not configured", reached: [...context.reached] };
    }
    const done = new Set(context.reached.map(({ to }) => to));
    const open = config.to.filter((to) => !done.has(to));
    const results = await Promise.all(
      open.map(
        async (to): Promise<RecipientResult> => ({
          to,
          ...(await sendTo(to, notification, twilio, context)),
        }),
      ),
    );
    return combine(context.reached, results);
  },
};

async function sendTo(
  to: string,
  notification: Notification,
  twilio: TwilioChannelSettings,
  context: SendContext,
): Promise<Outcome> {
  const { timeouts, callbackUrl } = context.settings;
  if (context.optedOut?.includes(to)) {
    return { outcome: "permanent", error: "The number has opted out by answering STOP" };
  }
  // Twilio has no idempotency key: what an earlier attempt may have left is looked for by the reference in its text.
  if (context.maybeSentBefore) {
    try {
      const earlier = await findMessage(
        twilio,
        { to, reference: reference(context.idempotencyKey) },
        timeouts,
      );
      if (earlier !== null) {
        return {
          outcome: "sent",
          providerId: earlier.sid,
          response: `${earlier.sid} ${earlier.status}, from an earlier attempt`,
        };
      }
    } catch (error) {
      return {
        outcome: "not_sent",
        error: `Could not look up earlier messages: ${twilioWords(error, twilio)}`,
      };
    }
  }
  if (context.signal.aborted) return { outcome: "not_sent", error: "Stopped before it was sent" };
  const body = renderSms(notification, context.idempotencyKey, { repeat: context.maybeSentBefore });
  const statusCallback =
    callbackUrl === undefined ? undefined : `${callbackUrl}/api/v1/twilio/status/${context.idempotencyKey}`;
  return createMessage(twilio, { to, body, statusCallback }, timeouts);
}
