import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWriter } from "../bytes";
import { packLimits } from "../signals/packed";
import { type EventDetail, readDetail, writeDetail } from "./detail";

const packed = (detail: EventDetail): Uint8Array | null => {
  const to = new ByteWriter();
  return writeDetail(detail, to) ? Uint8Array.from(to.written) : null;
};

const NOTHING: EventDetail = {
  ...{ operationId: null, methodId: null, regionId: null, agentId: null, errorTypeId: null, reasonId: null },
  ...{ ttftMs: null, retryAfterS: null, cachedTokens: null, requestBytes: null, responseBytes: null },
  ...{ attempt: null, stream: null, cacheHit: null, ratelimit: null },
};

test("nothing takes no room", () => {
  expect(packed(NOTHING)).toBeNull();
  expect(readDetail(null)).toEqual(NOTHING);
});

test("the detail of an ordinary call takes 24 bytes", () => {
  const detail = {
    ...NOTHING,
    ...{ operationId: 120, methodId: 121, regionId: 130, agentId: 140, ttftMs: 480.3, cachedTokens: 500 },
    ...{ requestBytes: 4_000, responseBytes: 1_500, attempt: 1, stream: true, cacheHit: false },
    ratelimit: packLimits([{ name: "requests", limit: 10_000, remaining: 5_321, reset_s: 34 }]),
  };
  expect(packed(detail)).toHaveLength(24);
});

test("comes back as it went in", () => {
  const whole = fc.option(fc.maxSafeNat());
  const other = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }).map(Math.abs));
  const detail = fc.record({
    ...{ operationId: whole, methodId: whole, regionId: whole, agentId: whole, errorTypeId: whole },
    ...{ reasonId: whole, ttftMs: other, retryAfterS: other, cachedTokens: whole, requestBytes: whole },
    ...{
      responseBytes: whole,
      attempt: whole,
      stream: fc.option(fc.boolean()),
      cacheHit: fc.option(fc.boolean()),
    },
    limits: fc.option(
      fc.array(fc.record({ name: fc.string(), remaining: fc.nat() }), { minLength: 0, maxLength: 3 }),
    ),
  });
  fc.assert(
    fc.property(detail, ({ limits, ...rest }) => {
      const bytes = packed({ ...rest, ratelimit: limits === null ? null : packLimits(limits) });
      expect(readDetail(bytes)).toEqual({ ...rest, ratelimit: limits });
    }),
  );
});

test("what a migration made of older events is read", () => {
  const json = '{"agentId": 104, "ttftMs": 1.25, "stream": false, "ratelimit": "[[\\"requests\\",5]]"}';
  expect(readDetail(Buffer.from(json))).toEqual({
    ...NOTHING,
    ...{ agentId: 104, ttftMs: 1.25, stream: false, ratelimit: [{ name: "requests", limit: 5 }] },
  });
});

test("a later version is refused", () => {
  expect(() => readDetail(Uint8Array.of(2))).toThrow("version 2");
});
