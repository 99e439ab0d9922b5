import { parsePhoneNumberFromString } from "libphonenumber-js/min";
import { z } from "zod";

const EXPECTED = "expected a phone number with its country code, such as +15551230000";

/** Accepts spaces, dots, dashes and brackets; yields E.164. */
const phoneNumber = z.string(EXPECTED).transform((text, context) => {
  const parsed = text.length > 40 ? undefined : parsePhoneNumberFromString(text);
  // Only the length is certain: number plans grow, and the provider refuses what does not exist.
  if (parsed === undefined || !parsed.isPossible() || parsed.ext !== undefined) {
    context.addIssue({ code: "custom", message: EXPECTED });
    return z.NEVER;
  }
  return parsed.number as string;
});

/** `{ "to": ["+15551230000"] }`; safe in the browser. */
export const smsConfigSchema = z.strictObject({
  to: z
    .array(phoneNumber, "expected a list of phone numbers")
    .min(1, "expected at least one phone number")
    .max(10, "expected at most 10 phone numbers")
    .transform((list) => [...new Set(list)]),
});

export type SmsConfig = z.output<typeof smsConfigSchema>;
