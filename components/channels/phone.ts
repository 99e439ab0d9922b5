import { parsePhoneNumberFromString } from "libphonenumber-js/min";

/** A recipient as people read it: a phone number with its country's spaces, anything else as it is. */
export function recipientText(recipient: string): string {
  if (!recipient.startsWith("+")) return recipient;
  return parsePhoneNumberFromString(recipient)?.formatInternational() ?? recipient;
}
