import type { ChannelSettings } from "../channel";

/** Who mails come from. */
export function sender(settings: Pick<ChannelSettings, "appUrl" | "mailFrom">): string {
  return settings.mailFrom ?? `Keygauge <keygauge@${new URL(settings.appUrl).hostname}>`;
}

/** The domain of an address, with or without a name before it. */
export function domainOf(address: string): string {
  return /@([^\s@<>]+)>?\s*$/.exec(address)?.[1] ?? "localhost";
}

/** The password as it stands in the URL and as it is sent. */
export function secretsOf(smtpUrl: string): string[] {
  const { password } = new URL(smtpUrl);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
