import { z } from "zod";

// Who messages come from, as the environment and the console take it.

export const mailFrom = z
  .string()
  .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, "expected an address such as Keygauge <keygauge@example.com>");

export const twilioAccount = z
  .string()
  .regex(/^AC[0-9a-fA-F]{32}$/, "expected an account SID: AC and 32 hexadecimal digits");

export const twilioFrom = z
  .string()
  .regex(
    /^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{2,11})$/,
    "expected a number such as +15551230000, a messaging service SID or a sender name",
  );

/** How the connection to a mail server is encrypted. */
export const MAIL_SECURITY = ["tls", "starttls", "opportunistic"] as const;
export type MailSecurity = (typeof MAIL_SECURITY)[number];

export interface MailServer {
  host: string;
  port: number;
  security: MailSecurity;
  user: string | null;
  password: string | null;
}

/** The server as `SMTP_URL` writes it. */
export function smtpUrl({ host, port, security, user, password }: MailServer): string {
  const who = user === null ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}@`;
  const name = host.includes(":") ? `[${host}]` : host;
  const query = security === "starttls" ? "?requireTLS=true" : "";
  return `${security === "tls" ? "smtps" : "smtp"}://${who}${name}:${port}${query}`;
}

/** What a URL says of a server, its password aside; the usual ports where it names none. */
export function serverOf(url: string): Omit<MailServer, "password"> & { hasPassword: boolean } {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const tls = protocol === "smtps:";
  const required = searchParams.get("requireTLS") === "true";
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (tls ? 465 : 587) : Number(port),
    security: tls ? "tls" : required ? "starttls" : "opportunistic",
    user: username === "" ? null : decoded(username),
    hasPassword: password !== "",
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
