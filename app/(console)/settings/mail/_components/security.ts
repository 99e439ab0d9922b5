import type { MailSecurity } from "@/lib/domain/delivery/sender";

/** How a connection is encrypted, in words. */
export const SECURITY: readonly { value: MailSecurity; label: string }[] = [
  { value: "starttls", label: "STARTTLS, required" },
  { value: "tls", label: "TLS from the start" },
  { value: "opportunistic", label: "STARTTLS where it is offered" },
];

/** The usual port of each. */
export const PORTS: Record<MailSecurity, number> = { starttls: 587, tls: 465, opportunistic: 25 };
