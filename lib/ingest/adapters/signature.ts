import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether a header is the HMAC of a body under a secret: hex, with or without `sha1=` before it; in constant time. */
export function isHmac(
  algorithm: "sha1" | "sha256",
  secret: string,
  body: Buffer,
  header: string | undefined,
): boolean {
  const expected = createHmac(algorithm, secret).update(body).digest();
  const given = Buffer.from((header ?? "").trim().replace(/^sha\d+=/i, ""), "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
