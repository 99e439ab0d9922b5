import type { Readable } from "node:stream";
import { createTransport, type SentMessageInfo } from "nodemailer";
import SMTPTransport from "nodemailer/lib/smtp-transport";
import type { ChannelTimeouts } from "../channel";

interface OutgoingMail {
  from: string;
  to: string[];
  /** Who still has to get it; a subset of `to`. */
  recipients: string[];
  subject: string;
  text: string;
  html: string;
  /** Without angle brackets. The same at every attempt, so that a second copy is recognised as one. */
  messageId: string;
  /** Without angle brackets; mails with the same one are a thread. */
  threadId: string | undefined;
  /** Instant of the notification, so that attempts do not differ in it. */
  date: Date;
  unsubscribe: string | undefined;
}

export type SmtpAnswer =
  | { ok: true; info: SentMessageInfo }
  | { ok: false; error: unknown; dataStarted: boolean };

/**
 * One SMTP session for one mail. A pool would save the handshake only within a burst, and a connection that the server
 * has dropped meanwhile is one more way not to know what was sent. `dataStarted` says whether any of the mail was
 * handed to the server when it failed.
 */
export async function deliver(
  smtpUrl: string,
  mail: OutgoingMail,
  timeouts: ChannelTimeouts,
  signal: AbortSignal,
): Promise<SmtpAnswer> {
  const transport = createTransport(
    new SMTPTransport({
      url: smtpUrl,
      connectionTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.connectMs,
      dnsTimeout: timeouts.connectMs,
      socketTimeout: timeouts.idleMs,
      socketCloseTimeout: 0,
      disableFileAccess: true,
      disableUrlAccess: true,
    }),
  );
  let body: Readable | undefined;
  // The mail is read only after the server has answered DATA with 354.
  transport.use("stream", (prepared, done) => {
    prepared.message.processFunc((stream: Readable) => {
      body = stream;
      return stream;
    });
    done();
  });
  try {
    const info = await transport.sendMail({
      from: mail.from,
      to: mail.to,
      envelope: { from: mail.from, to: mail.recipients },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      date: mail.date,
      messageId: `<${mail.messageId}>`,
      ...(mail.threadId === undefined
        ? {}
        : { inReplyTo: `<${mail.threadId}>`, references: [`<${mail.threadId}>`] }),
      headers: {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        ...(mail.unsubscribe === undefined
          ? {}
          : {
              "List-Unsubscribe": { prepared: true, foldLines: true, value: `<${mail.unsubscribe}>` },
              "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeouts.totalMs)]),
    });
    return { ok: true, info };
  } catch (error) {
    return { ok: false, error, dataStarted: body?.readableDidRead ?? false };
  }
}
