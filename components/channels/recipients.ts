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
