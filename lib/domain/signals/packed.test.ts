import fc from "fast-check";
import { expect, test } from "vitest";
import { limitsOfJson, packLimits, unpackLimits } from "./packed";

test.each([
  [[], 0],
  [[{ name: "requests" }], 1],
  [[{ name: "requests", limit: 10_000, remaining: 0, reset_s: 34 }], 5],
  [[{ name: "tokens", reset_s: 1.5 }], 9],
  [[{ name: "credits", remaining: -1 }], 17],
])("%j takes %d bytes", (limits, size) => {
  const packed = packLimits(limits);
  expect(packed).toHaveLength(size);
  expect(unpackLimits(packed)).toEqual(limits);
});

test.each([
  ['[{"name": "requests", "limit": 5}]', [{ name: "requests", limit: 5 }]],
  ['[["tokens",null,null,3]]', [{ name: "tokens", reset_s: 3 }]],
  [
    '[["requests",500,0,1.5],["x"]]',
    [{ name: "requests", limit: 500, remaining: 0, reset_s: 1.5 }, { name: "x" }],
  ],
])("what older versions stored is read: %s", (text, limits) => {
  expect(limitsOfJson(text)).toEqual(limits);
});

test("comes back as it went in, from a string as from bytes", () => {
  const number = fc
    .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat())
    .filter((value) => !Object.is(value, -0));
  const limit = fc.record(
    {
      name: fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("requests", "concurrency")),
      limit: number,
      remaining: number,
      reset_s: number,
    },
    { requiredKeys: ["name"] },
  );
  fc.assert(
    fc.property(fc.array(limit), (limits) => {
      const packed = packLimits(limits);
      expect(unpackLimits(packed)).toEqual(limits);
      expect(unpackLimits(Buffer.from(packed, "latin1"))).toEqual(limits);
    }),
  );
});

test("an amount of null is none", () => {
  expect(unpackLimits(packLimits([{ name: "requests", limit: null }]))).toEqual([{ name: "requests" }]);
});
