import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { AppError } from "./errors";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** `prefix_` and 100 random bits in Crockford's base 32. */
export function newId(prefix: string): string {
  const bytes = randomBytes(20);
  let id = "";
  for (const byte of bytes) id += ALPHABET[byte & 31];
  return `${prefix}_${id}`;
}

/** A secret of 192 random bits that tells what it is: `kgi_…` ingest, `kgm_…` management, `kgs_…` set-up. */
export const newToken = (prefix: "kgi" | "kgm" | "kgs"): string =>
  `${prefix}_${randomBytes(24).toString("base64url")}`;

/** Tokens are long and random, so a plain SHA-256 is enough to store them. */
export const hashToken = (token: string): Buffer => hash("sha256", token, "buffer");

export interface Keyring {
  fingerprint: Buffer;
  encryption: Buffer;
  signing: Buffer;
  /** Stored in the database, so that another AUTH_SECRET is noticed at start. */
  check: string;
}

/** Derives one key a purpose from AUTH_SECRET (HKDF-SHA256). */
export function keyring(authSecret: string): Keyring {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", authSecret, "keygauge", purpose, 32));
  return {
    fingerprint: derive("fingerprint"),
    encryption: derive("encryption"),
    signing: derive("signing"),
    check: derive("check").subarray(0, 16).toString("hex"),
  };
}

export interface KeyIdentity {
  /** First 53 bits of the fingerprint, never 0. */
  id: number;
  fingerprint: Buffer;
}

/** The identity of a key: its lower-case provider and HMAC-SHA256 of the raw key. */
export function keyIdentity(ring: Keyring, provider: string, rawKey: string): KeyIdentity {
  const fingerprint = createHmac("sha256", ring.fingerprint)
    .update(`${provider.toLowerCase()}\0${rawKey}`)
    .digest();
  const id = Number(fingerprint.readBigUInt64BE(0) >> 11n) || 1;
  return { id, fingerprint };
}

/** A signed 64-bit hash of a source and an event's id, as decimal text (Postgres int8). */
export function eventHash(sourceId: number, id: string): string {
  // The one-shot form costs half of createHash, and this runs for every event.
  return hash("sha256", `${sourceId}\0${id}`, "buffer").readBigInt64BE(0).toString();
}

export const randomEventHash = (): string => randomBytes(8).readBigInt64BE(0).toString();

/** AES-256-GCM; the text is `v1.<iv>.<tag>.<data>` in base64url. */
export function encrypt(ring: Keyring, plain: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", ring.encryption, iv);
  const data = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return [
    "v1",
    iv.toString("base64url"),
    cipher.getAuthTag().toString("base64url"),
    data.toString("base64url"),
  ].join(".");
}

export function decrypt(ring: Keyring, text: string): string {
  const [version, iv, tag, data] = text.split(".");
  if (version !== "v1" || iv === undefined || tag === undefined || data === undefined) {
    throw new AppError("internal", "A stored secret is not in the expected form.");
  }
  const decipher = createDecipheriv("aes-256-gcm", ring.encryption, Buffer.from(iv, "base64url"));
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  return Buffer.concat([decipher.update(Buffer.from(data, "base64url")), decipher.final()]).toString("utf8");
}

export const sign = (ring: Keyring, text: string): string =>
  createHmac("sha256", ring.signing).update(text).digest("base64url");

export function verify(ring: Keyring, text: string, signature: string): boolean {
  const expected = Buffer.from(sign(ring, text));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
