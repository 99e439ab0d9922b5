import { createHmac, hash, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventHash, keyIdentity, keyring } from "./crypto";

const SECRET = "a secret of this test";
const ring = keyring(SECRET);

test("A fingerprint is the HMAC of provider and key, its id the first 53 bits", () => {
  const key = Buffer.from(hkdfSync("sha256", SECRET, "keygauge", "fingerprint", 32));
  const unit = fc.oneof(fc.string({ unit: "grapheme", maxLength: 60 }), fc.string({ maxLength: 4_096 }));
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), unit, (provider, rawKey) => {
      const expected = createHmac("sha256", key).update(`${provider.toLowerCase()}\0${rawKey}`).digest();
      const { id, fingerprint } = keyIdentity(ring, provider, rawKey);
      expect(fingerprint).toEqual(expected);
      expect(BigInt(id)).toBe(expected.readBigUInt64BE(0) >> 11n);
    }),
  );
});

test("A text past the room of the hash is refused, not cut", () => {
  expect(keyIdentity(ring, "", "€".repeat(4_096)).id).toBeGreaterThan(0);
  expect(() => keyIdentity(ring, "", "x".repeat(10_000))).toThrow(RangeError);
});

test("An event's hash is the first 64 bits of a SHA-256, signed", () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (sourceId, id) => {
      const digest = hash("sha256", `${sourceId}\0${id}`, "buffer");
      expect(eventHash(sourceId, id)).toBe(digest.readBigInt64BE(0));
    }),
  );
});
