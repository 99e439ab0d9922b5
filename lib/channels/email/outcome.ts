import type { SentMessageInfo } from "nodemailer";
import type { Outcome, RecipientResult } from "../combine";
import { describeError, errorCode, redact } from "../redact";
import type { SmtpAnswer } from "./transport";

/** A reply that the same mail would get again. 503 is about the session, not about the mail (RFC 5321, 4.2). */
const isPermanent = (code: number) => code >= 500 && code < 600 && code !== 503;

// Refused by our own client before a byte went out: no recipient, no credentials, larger than the server allows.
const REFUSED_BY_CLIENT = new Set(["EAUTH", "EENVELOPE", "EMESSAGE"]);

interface SmtpError extends Error {
  response?: string;
  responseCode?: number;
  recipient?: string;
}

const isError = (error: unknown): error is SmtpError => error instanceof Error;

/**
 * What one SMTP session means for each recipient. A reply of the server is always certain: 4xx not sent, 5xx
 * permanent. Without one it depends on whether the mail was under way.
 */
export function smtpOutcomes(
  answer: SmtpAnswer,
  recipients: readonly string[],
  secrets: readonly (string | undefined)[],
): RecipientResult[] {
  if (answer.ok) return accepted(answer.info, recipients, secrets);
  const { error, dataStarted } = answer;
  const perRecipient = rejections(error, secrets);
  return recipients.map((to) => ({
    ...(perRecipient.get(to.toLowerCase()) ?? failure(error, dataStarted, secrets)),
    to,
  }));
}

function accepted(
  info: SentMessageInfo,
  recipients: readonly string[],
  secrets: readonly (string | undefined)[],
): RecipientResult[] {
  const refused = rejections(info, secrets);
  const providerId = typeof info.messageId === "string" ? info.messageId : undefined;
  const response = redact(info.response ?? "accepted", secrets);
  return recipients.map((to) => ({
    ...(refused.get(to.toLowerCase()) ?? { outcome: "sent", providerId, response }),
    to,
  }));
}

function failure(error: unknown, dataStarted: boolean, secrets: readonly (string | undefined)[]): Outcome {
  const words = redact(describeError(error), secrets);
  if (isError(error) && error.responseCode !== undefined) {
    const response = redact(error.response ?? String(error.responseCode), secrets);
    return { outcome: isPermanent(error.responseCode) ? "permanent" : "not_sent", response, error: words };
  }
  if (dataStarted) return { outcome: "ambiguous", error: words };
  const refused = REFUSED_BY_CLIENT.has(errorCode(error) ?? "");
  return { outcome: refused ? "permanent" : "not_sent", error: words };
}

/** Refusals of single recipients, which come with an accepted mail as well as with an error. */
function rejections(source: unknown, secrets: readonly (string | undefined)[]): Map<string, Outcome> {
  const found = new Map<string, Outcome>();
  if (typeof source !== "object" || source === null || !("rejectedErrors" in source)) return found;
  const errors: unknown = source.rejectedErrors;
  for (const error of Array.isArray(errors) ? errors : []) {
    if (isError(error) && error.recipient !== undefined) {
      found.set(error.recipient.toLowerCase(), failure(error, false, secrets));
    }
  }
  return found;
}
