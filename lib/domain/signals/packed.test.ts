import fc from "fast-check";
import { expect, test } from "vitest";
import { packLimits, unpackLimits } from "./packed";

test.each([
  [[], "[]"],
  [[{ name: "requests" }], '[["requests"]]'],
  [[{ name: "requests", limit: 500, remaining: 0, reset_s: 1.5 }], '[["requests",500,0,1.5]]'],
  [[{ name: "tokens", reset_s: 3 }], '[["tokens",null,null,3]]'],
])("%j", (limits, text) => {
  expect(packLimits(limits)).toBe(text);
  expect(unpackLimits(text)).toEqual(limits);
});

test("what older versions stored is read", () => {
  expect(unpackLimits('[{"name": "requests", "limit": 5}]')).toEqual([{ name: "requests", limit: 5 }]);
});

test("comes back as it went in", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
  const limit = fc.record(
    { name: fc.string(), limit: number, remaining: number, reset_s: number },
    { requiredKeys: ["name"] },
  );
  fc.assert(
    fc.property(fc.array(limit), (limits) => {
      expect(unpackLimits(packLimits(limits))).toEqual(limits);
    }),
  );
});
