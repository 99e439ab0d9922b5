import fc from "fast-check";
import { expect, test } from "vitest";
import { firstMoment, instantAt, MOMENT_REACH, momentOf } from "./moment";

const time = fc.integer({ min: 0, max: 2 ** 41 - 2 });
const id = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test("all that an event can be moved to belongs to its millisecond", () => {
  fc.assert(
    fc.property(time, id, (at, eventId) => {
      const moment = momentOf(at, eventId);
      expect(moment).toBeGreaterThanOrEqual(BigInt(firstMoment(at)));
      expect(moment + BigInt(MOMENT_REACH)).toBeLessThanOrEqual(BigInt(firstMoment(at + 1)));
      expect(moment).toBeLessThan(2n ** 63n);
    }),
  );
});

test("an instant comes back out of its moments' bytes", () => {
  fc.assert(
    fc.property(time, id, (at, eventId) => {
      const bytes = Buffer.alloc(10);
      bytes.writeBigInt64BE(momentOf(at, eventId) + BigInt(MOMENT_REACH) - 1n, 2);
      expect(instantAt(bytes, 2)).toBe(at);
    }),
  );
});

test("moments follow the order of time", () => {
  fc.assert(
    fc.property(time, time, id, id, (a, b, one, other) => {
      if (a !== b) expect(momentOf(a, one) < momentOf(b, other)).toBe(a < b);
    }),
  );
});

test.each([
  [4_194_047n, 4_194_047n],
  [4_194_048n, 4_193_792n],
  [-1n, 4_194_047n],
])("the slot of id %d is %d", (eventId, slot) => {
  expect(momentOf(0, eventId)).toBe(slot);
});
