import twilio from "twilio";

/**
 * Whether Twilio has signed these parameters for one of the addresses (https://www.twilio.com/docs/usage/security): what
 * it called may differ from what arrives here, behind a proxy. Nobody else can sign any of them.
 */
export function isSignedByTwilio(
  authToken: string,
  signature: string,
  urls: readonly string[],
  params: Readonly<Record<string, string>>,
): boolean {
  return (
    signature !== "" && urls.some((url) => twilio.validateRequest(authToken, signature, url, { ...params }))
  );
}
