import type { ChannelDto } from "@/lib/features/channels/schemas";

/** What e-mails and SMS are sent through, in words, and the page where an admin sets it. */
const SENDERS: Readonly<Record<string, { needs: string; place: string; href: string }>> = {
  email: { needs: "a mail server", place: "Settings → E-mail", href: "/settings/mail" },
  sms: { needs: "a Twilio account", place: "Settings → SMS", href: "/settings/sms" },
};

/** What a channel lacks before anything can be sent by it; null when it lacks nothing. `place` is where that is set. */
export function lackOf({
  kind,
  missing,
}: Pick<ChannelDto, "kind" | "missing">): { needs: string; place?: string; href?: string } | null {
  return missing === null ? null : (SENDERS[kind] ?? { needs: missing });
}
