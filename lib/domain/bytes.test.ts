import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader, ByteWriter } from "./bytes";

const written = (write: (to: ByteWriter) => void) => {
  const to = new ByteWriter(1);
  write(to);
  return Uint8Array.from(to.written);
};

test.each([
  [0, 1],
  [127, 1],
  [128, 2],
  [16_383, 2],
  [16_384, 3],
  [Number.MAX_SAFE_INTEGER, 8],
])("%d takes %d bytes", (value, size) => {
  const bytes = written((to) => to.whole(value));
  expect(bytes).toHaveLength(size);
  expect(new ByteReader(bytes).whole()).toBe(value);
});

test.each([
  [480.3, 2],
  [1, 1],
  [0.25, 9],
  [1e300, 9],
])("the number %d takes %d bytes", (value, size) => {
  expect(written((to) => to.number(value))).toHaveLength(size);
});

test("everything comes back in its order", () => {
  const item = fc.oneof(
    fc.record({ kind: fc.constant("whole" as const), value: fc.maxSafeNat() }),
    fc.record({
      kind: fc.constant("number" as const),
      value: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer().map((tenths) => tenths / 10),
      ),
    }),
    fc.record({ kind: fc.constant("text" as const), value: fc.string({ unit: "grapheme" }) }),
    fc.record({ kind: fc.constant("byte" as const), value: fc.nat(255) }),
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      const bytes = written((to) => {
        for (const { kind, value } of items) to[kind](value as never);
      });
      const from = new ByteReader(bytes);
      for (const { kind, value } of items) expect(from[kind]()).toEqual(value === 0 ? 0 : value);
      expect(from.ended).toBe(true);
    }),
  );
});

test("what is cut off is refused", () => {
  const bytes = written((to) => to.text("twelve bytes"));
  expect(() => new ByteReader(bytes.subarray(0, 5)).text()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array()).whole()).toThrow(RangeError);
});
