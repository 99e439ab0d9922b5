import { createTransport } from "nodemailer";
import SMTPTransport from "nodemailer/lib/smtp-transport";
import type { Settings } from "@/lib/runtime";
import { messageOf } from "@/lib/server/start-error";
import type { Check } from "./doctor";

const ANSWER_WITHIN_MS = 10_000;
const TWILIO = "https://api.twilio.com";

/** Connects and signs in as a mail would be sent; sends nothing. */
export async function checkSmtp({ smtpUrl, mailFrom }: Settings): Promise<Check> {
  const name = "E-mail";
  if (smtpUrl === undefined)
    return { name, status: "warning", says: "SMTP_URL is not set: e-mails can only be read in the console" };
  const { host } = new URL(smtpUrl);
  const transport = createTransport(
    new SMTPTransport({
      url: smtpUrl,
      connectionTimeout: ANSWER_WITHIN_MS,
      greetingTimeout: ANSWER_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
    }),
  );
  try {
    await transport.verify();
    if (mailFrom === undefined)
      return { name, status: "warning", says: `${host} answers; MAIL_FROM is not set` };
    return { name, status: "ok", says: `${host} answers, sender ${mailFrom}` };
  } catch (error) {
    return { name, status: "wrong", says: `SMTP_URL: ${host}: ${messageOf(error)}` };
  } finally {
    transport.close();
  }
}

/** Asks for the account itself; sends nothing. */
export async function checkTwilio({ twilio }: Settings): Promise<Check> {
  const name = "SMS";
  if (twilio === undefined)
    return { name, status: "warning", says: "Twilio is not set up: SMS can only be read in the console" };
  const base = (twilio.baseUrl ?? TWILIO).replace(/\/+$/, "");
  const credentials = Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString("base64");
  try {
    const answer = await fetch(`${base}/2010-04-01/Accounts/${twilio.accountSid}.json`, {
      headers: { authorization: `Basic ${credentials}` },
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await answer.body?.cancel();
    if (answer.ok) return { name, status: "ok", says: `Twilio knows the account, sender ${twilio.from}` };
    if (answer.status === 401 || answer.status === 403)
      return { name, status: "wrong", says: "Twilio refuses TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN" };
    return { name, status: "wrong", says: `Twilio answers ${answer.status} to TWILIO_ACCOUNT_SID` };
  } catch (error) {
    return { name, status: "wrong", says: `Twilio at ${base} cannot be reached: ${messageOf(error)}` };
  }
}
