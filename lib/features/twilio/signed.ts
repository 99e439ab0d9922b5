import { isSignedByTwilio } from "@/lib/channels/sms/signature";
import { AppError } from "@/lib/errors";
import { runtime } from "@/lib/runtime";

/** A request that says it comes from Twilio. */
export interface TwilioRequest {
  params: Readonly<Record<string, string>>;
  /** `X-Twilio-Signature` */
  signature: string;
  /** What Twilio may have called, by this server's knowledge. */
  urls: readonly string[];
}

/** Throws `not_found` where Twilio is not set up, `forbidden` when the account did not sign this. */
export function assertSigned({ params, signature, urls }: TwilioRequest): void {
  const { twilio } = runtime().settings;
  if (twilio === undefined) throw new AppError("not_found", "Twilio is not set up here.");
  if (isSignedByTwilio(twilio.authToken, signature, urls, params)) return;
  throw new AppError(
    "forbidden",
    "X-Twilio-Signature does not match. If Twilio calls Keygauge by another address, set APP_URL to it.",
  );
}
