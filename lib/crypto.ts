import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hash,
  hkdfSync,
  randomBytes,
  randomFillSync,
  timingSafeEqual,
} from "node:crypto";
import { AppError } from "./errors";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

const ID_LENGTH = 20;
/** Random bytes for the ids to come: asking the system for each costs more than all the rest, and a change has four. */
const pool = { bytes: Buffer.alloc(200 * ID_LENGTH), used: Number.POSITIVE_INFINITY };

/** `prefix_` and 100 random bits in Crockford's base 32. */
export function newId(prefix: string): string {
  if (pool.used >= pool.bytes.length) {
    randomFillSync(pool.bytes);
    pool.used = 0;
  }
  let id = `${prefix}_`;
  for (const end = pool.used + ID_LENGTH; pool.used < end; pool.used++) {
    id += ALPHABET.charAt((pool.bytes[pool.used] ?? 0) & 31);
  }
  return id;
}

/** A secret of 192 random bits that tells what it is: `kgi_…` ingest, `kgm_…` management, `kgs_…` set-up. */
export const newToken = (prefix: "kgi" | "kgm" | "kgs"): string =>
  `${prefix}_${randomBytes(24).toString("base64url")}`;

/** The secret of a share link: 256 random bits, since nobody has to sign in beside it. */
export const newLinkToken = (): string => `kgl_${randomBytes(32).toString("base64url")}`;

/** Tokens are long and random, so a plain SHA-256 is enough to store them. */
export const hashToken = (token: string): Buffer => hash("sha256", token, "buffer");

export interface Keyring {
  fingerprint: HmacKey;
  encryption: Buffer;
  signing: Buffer;
  /** Stored in the database, so that another AUTH_SECRET is noticed at start. */
  check: string;
}

/** Derives one key a purpose from AUTH_SECRET (HKDF-SHA256). */
export function keyring(authSecret: string): Keyring {
  const derive = (purpose: string) => Buffer.from(hkdfSync("sha256", authSecret, "keygauge", purpose, 32));
  return {
    fingerprint: hmacKey(derive("fingerprint")),
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
  const fingerprint = hmac(ring.fingerprint, `${provider.toLowerCase()}\0${rawKey}`);
  // The first 53 bits, in numbers: a BigInt would cost as much as half of the HMAC.
  const id = fingerprint.readUInt32BE(0) * 2 ** 21 + (fingerprint.readUInt32BE(4) >>> 11) || 1;
  return { id, fingerprint };
}

/** An HMAC-SHA256 key as RFC 2104 uses it: its inner and outer block, each with room for what is hashed behind it. */
interface HmacKey {
  inner: Buffer;
  outer: Buffer;
}

const BLOCK = 64;
const DIGEST = 32;

function hmacKey(key: Buffer): HmacKey {
  const block = (filler: number) => Buffer.alloc(BLOCK, filler).map((byte, i) => byte ^ (key[i] ?? 0));
  const room = (from: Uint8Array, size: number) => Buffer.concat([from, Buffer.alloc(size)]);
  return { inner: room(block(0x36), 16 * 1024), outer: room(block(0x5c), DIGEST) };
}

/** HMAC-SHA256 by two one-shot hashes: half of what `createHmac` costs, and this runs for every key of every request. */
function hmac({ inner, outer }: HmacKey, text: string): Buffer {
  // A text that did not fit would be cut, and two keys could become one.
  if (text.length * 3 > inner.length - BLOCK) throw new RangeError("The text is too long to be hashed.");
  const length = inner.write(text, BLOCK, "utf8");
  outer.write(hash("sha256", inner.subarray(0, BLOCK + length), "hex"), BLOCK, "hex");
  inner.fill(0, BLOCK, BLOCK + length);
  return Buffer.from(hash("sha256", outer, "hex"), "hex");
}

/** A signed 64-bit hash of a source and an event's id. */
export function eventHash(sourceId: number, id: string): bigint {
  // The one-shot form costs half of createHash, and this runs for every event.
  const digest = hash("sha256", `${sourceId}\0${id}`, "hex");
  // By halves: reading a BigInt from text costs twice as much.
  word.setUint32(0, Number.parseInt(digest.slice(0, 8), 16));
  word.setUint32(4, Number.parseInt(digest.slice(8, 16), 16));
  return word.getBigInt64(0);
}

const word = new DataView(new ArrayBuffer(8));

export const randomEventHash = (): bigint => randomBytes(8).readBigInt64BE(0);

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
