import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countDistinct, HASH_SPACE, mergeSketches, SKETCH_SIZE, type Sketch } from "./sketch";

const hash = fc.maxSafeInteger().map((n) => Math.abs(n));
/** Few enough to be exact, or more than a sketch holds. */
const sets = fc.oneof(
  fc.array(hash, { maxLength: 20 }),
  fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 40 }),
  fc.array(hash, { minLength: SKETCH_SIZE - 5, maxLength: 2 * SKETCH_SIZE }),
);

const sketch = (hashes: Iterable<number>): Sketch =>
  [...new Set(hashes)].sort((a, b) => a - b).slice(0, SKETCH_SIZE);

/** Uniform numbers of 53 bits from a seed (SplitMix64), as many as are asked for. */
function uniform(seed: number, count: number): number[] {
  let state = BigInt(seed);
  return Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 11n);
  });
}

describe("merging", () => {
  test("gives the sketch of the union", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(mergeSketches(sketch(a), sketch(b))).toEqual(sketch([...a, ...b]));
      }),
    );
  });

  test("is commutative, associative and idempotent, and the empty sketch changes nothing", () => {
    fc.assert(
      fc.property(sets.map(sketch), sets.map(sketch), sets.map(sketch), (a, b, c) => {
        expect(mergeSketches(a, b)).toEqual(mergeSketches(b, a));
        expect(mergeSketches(a, mergeSketches(b, c))).toEqual(mergeSketches(mergeSketches(a, b), c));
        expect(mergeSketches(a, a)).toEqual(a);
        expect(mergeSketches(a, [])).toEqual(a);
      }),
    );
  });
});

describe("counting", () => {
  test.each([
    [0, []],
    [1, [0]],
    [3, [1, 2, HASH_SPACE - 1]],
  ])("%d of few", (count, hashes) => {
    expect(countDistinct(hashes)).toBe(count);
  });

  test("is exact below the size of a sketch", () => {
    const most = uniform(1, SKETCH_SIZE - 1);
    expect(countDistinct(sketch(most))).toBe(SKETCH_SIZE - 1);
    expect(countDistinct(sketch([...most, ...most]))).toBe(SKETCH_SIZE - 1);
  });

  test("a full sketch whose last hash is half way counts twice its size", () => {
    const half = Array.from({ length: SKETCH_SIZE }, (_, i) => ((i + 1) * HASH_SPACE) / 2 / SKETCH_SIZE);
    expect(countDistinct(half)).toBe(2 * (SKETCH_SIZE - 1));
  });

  test("random sets: no bias, and a standard error of about 4.4 %, also when merged from parts", () => {
    const errors = Array.from({ length: 200 }, (_, seed) => {
      const size = SKETCH_SIZE * (1 + (seed % 20));
      const hashes = uniform(seed * 1_000_003, size);
      const parts = [hashes.slice(0, size / 2), hashes.slice(size / 4)].map(sketch);
      const merged = parts.reduce(mergeSketches, []);
      expect(merged).toEqual(sketch(hashes));
      return countDistinct(merged) / size - 1;
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(deviation).toBeGreaterThan(0.03);
    expect(deviation).toBeLessThan(0.055);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(0.18);
  });
});
