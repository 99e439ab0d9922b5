import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Joinable, type Opener, SHARED_FROM, SHARED_WITHIN_MS, share } from "./sharing";

const single = (keyId: number, at: number): Joinable => ({ id: `inc_${keyId}`, keyId, members: [], at });
const joint = (members: number[], at: number): Joinable => ({ id: "inc_s", keyId: null, members, at });
const opener = (keyId: number, at: number): Opener => ({ keyId, at });
const S = 1_000;

describe("keys that fire one rule at one provider", () => {
  it.each<[string, Joinable[], Opener[], ReturnType<typeof share>]>([
    ["two are two", [], [opener(1, 0), opener(2, 0)], []],
    [
      "three at once are one",
      [],
      [opener(1, 0), opener(2, 0), opener(3, 0)],
      [{ base: null, formed: true, absorbed: [], joining: [1, 2, 3] }],
    ],
    [
      "a third within a minute makes one of them, on the oldest",
      [single(2, 20 * S), single(1, 0)],
      [opener(3, 60 * S)],
      [{ base: "inc_1", formed: true, absorbed: ["inc_2"], joining: [3] }],
    ],
    ["a third after a minute does not", [single(1, 0), single(2, 20 * S)], [opener(3, 61 * S)], []],
    [
      "a late one joins",
      [joint([1, 2, 3], 0)],
      [opener(4, 60 * S)],
      [{ base: "inc_s", formed: false, absorbed: [], joining: [4] }],
    ],
    ["a later one does not", [joint([1, 2, 3], 0)], [opener(4, 61 * S)], []],
    [
      "… but each that joins makes room for the next",
      [joint([1, 2, 3], 0)],
      [opener(5, 100 * S), opener(4, 50 * S)],
      [{ base: "inc_s", formed: false, absorbed: [], joining: [4, 5] }],
    ],
    [
      "who was part of it always is",
      [joint([1, 2, 3], 0)],
      [opener(2, 900 * S)],
      [{ base: "inc_s", formed: false, absorbed: [], joining: [2] }],
    ],
  ])("%s", (_, open, openers, expected) => {
    expect(share(open, openers)).toEqual(expected);
  });

  it("has every key in one incident at most, and forms none of fewer than three", () => {
    const at = fc.integer({ min: 0, max: 200 * S });
    const input = fc
      .uniqueArray(fc.record({ keyId: fc.integer({ min: 1, max: 12 }), at, open: fc.boolean() }), {
        selector: ({ keyId }) => keyId,
      })
      .map((all) => ({
        open: all.filter((one) => one.open).map((one) => single(one.keyId, one.at)),
        openers: all.filter((one) => !one.open).map((one) => opener(one.keyId, one.at)),
      }));
    fc.assert(
      fc.property(input, ({ open, openers }) => {
        const found = share(open, openers);
        const joined = found.flatMap(({ joining }) => joining);
        expect(new Set(joined).size).toBe(joined.length);
        const parts = found.flatMap(({ base, absorbed }) => [base ?? [], absorbed].flat());
        expect(new Set(parts).size).toBe(parts.length);
        for (const { base, absorbed, joining } of found) {
          const instants = [
            ...open.filter(({ id }) => id === base || absorbed.includes(id)),
            ...openers.filter(({ keyId }) => joining.includes(keyId)),
          ].map((one) => one.at);
          expect(instants.length).toBeGreaterThanOrEqual(SHARED_FROM);
          instants.sort((a, b) => a - b);
          for (const [index, instant] of instants.entries()) {
            expect(instant - (instants[index - 1] ?? instant)).toBeLessThanOrEqual(SHARED_WITHIN_MS);
          }
        }
      }),
    );
  });
});
