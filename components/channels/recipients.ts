/** A typed list of recipients: one a line, or separated by commas or semicolons. Numbers may hold spaces. */
export function parseRecipients(text: string): string[] {
  return text
    .split(/[\n,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** A list of recipients as the form shows it. */
export function recipientsText(recipients: readonly string[]): string {
  return recipients.join("\n");
}

/** The recipients in a channel's configuration, whatever is in it. */
export function recipientsOf(config: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(config.to) ? config.to.filter((one): one is string => typeof one === "string") : [];
}
