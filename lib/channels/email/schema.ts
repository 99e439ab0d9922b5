import { z } from "zod";

const address = z
  .email("expected an e-mail address such as ops@example.com")
  .max(254, "an e-mail address has at most 254 characters");

/** `{ "to": ["ops@example.com"] }`; safe in the browser. */
export const emailConfigSchema = z.strictObject({
  to: z
    .array(address, "expected a list of e-mail addresses")
    .min(1, "expected at least one e-mail address")
    .max(20, "expected at most 20 e-mail addresses")
    .transform((list) => [...new Map(list.map((one) => [one.toLowerCase(), one])).values()]),
});

export type EmailConfig = z.output<typeof emailConfigSchema>;
