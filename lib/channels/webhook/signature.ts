import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A secret of 256 random bits, as https://www.standardwebhooks.com writes it. */
export const newSecret = (): string => `${PREFIX}${randomBytes(32).toString("base64")}`;

/** `whsec_` and base64 stands for the bytes that it encodes; any other text for its own. */
export function secretBytes(secret: string): Buffer {
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), "base64")
    : Buffer.from(secret, "utf8");
}

/** What is wrong with a secret; null for nothing. */
export function secretFault(secret: string): string | null {
  if (!secret.startsWith(PREFIX)) {
    return secret.length < 8 ? "expected at least 8 characters, or whsec_ and base64" : null;
  }
  const encoded = secret.slice(PREFIX.length);
  const valid = BASE64.test(encoded) && secretBytes(secret).length >= 8;
  return valid ? null : "expected base64 of at least 8 bytes after whsec_";
}

/** The headers by which the receiver knows who has sent a body, and whether it had it already. */
export function signed(secret: string, message: { id: string; at: number; body: string }) {
  const timestamp = String(Math.floor(message.at / 1000));
  const signature = createHmac("sha256", secretBytes(secret))
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest("base64");
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}
