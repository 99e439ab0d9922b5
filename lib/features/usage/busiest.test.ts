import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { busiest } from "./busiest";

describe("the keys that may be among the busiest", () => {
  it.each([
    ["none of none", {}, {}, 2, []],
    ["all of few", { 1: 4, 2: 0 }, { 2: 1 }, 3, [1, 2]],
    ["the first of equals", { 3: 5, 1: 5, 2: 5 }, {}, 2, [1, 2]],
    ["one that may be as busy, with a lower id", { 1: 4, 2: 5 }, { 1: 1 }, 1, [1, 2]],
    ["not one that may be as busy, with a higher id", { 2: 4, 1: 5 }, { 2: 1 }, 1, [1]],
  ] as const)("%s", (_, least, unsure, most, expected) => {
    expect(busiest({ least: counts(least), unsure: counts(unsure) }, most).sort()).toEqual(expected);
  });

  it("hold the busiest, whatever of the unsure was counted", () => {
    const key = fc.record({
      least: fc.nat(6),
      unsure: fc.nat(3),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (keys, most) => {
        const least = new Map(keys.map((key, id) => [id, key.least]));
        const unsure = new Map(keys.map((key, id) => [id, key.unsure]));
        const truth = keys
          .map((key, id) => ({ id, requests: key.least + Math.round(key.unsure * key.share) }))
          .sort((a, b) => b.requests - a.requests || a.id - b.id)
          .slice(0, most)
          .map(({ id }) => id);
        expect(busiest({ least, unsure }, most)).toEqual(expect.arrayContaining(truth));
      }),
    );
  });
});

const counts = (of: Record<number, number>) => new Map(Object.entries(of).map(([id, n]) => [Number(id), n]));
