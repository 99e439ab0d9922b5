import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addEncoded,
  addSample,
  binIncrement,
  binOf,
  binValue,
  count,
  decode,
  encode,
  GAMMA,
  type Histogram,
  LAST_BIN,
  merge,
  quantile,
  unmerge,
} from "./histogram";

const latency = fc.oneof(
  fc.double({ min: 1, max: 1_500_000, noNaN: true }),
  fc.integer({ min: 1, max: 2_000 }),
  fc.integer({ min: 0, max: LAST_BIN }).map((bin) => GAMMA ** bin),
);
const latencies = fc.array(latency, { minLength: 1, maxLength: 300 });
const anyLatency = fc.double({ min: 0, max: 1e9, noNaN: true });

function of(samples: readonly number[]): Histogram {
  const histogram: Histogram = [];
  for (const ms of samples) addSample(histogram, ms);
  return histogram;
}

function nearestRank(samples: readonly number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1] as number;
}

describe("bins", () => {
  test.each([
    [0, 0],
    [0.5, 0],
    [1, 0],
    [1.0000001, 1],
    [1.1, 1],
    [1.1000001, 2],
    [GAMMA ** 50, 50],
    [GAMMA ** 150, 150],
    [1e12, 150],
    [Number.POSITIVE_INFINITY, 150],
    [Number.NaN, 0],
    [-5, 0],
  ])("%s ms is in bin %s", (ms, bin) => {
    expect(binOf(ms)).toBe(bin);
  });

  test("every latency lies within its bin's edges", () => {
    fc.assert(
      fc.property(latency, (ms) => {
        const bin = binOf(ms);
        expect(ms).toBeLessThanOrEqual(GAMMA ** bin);
        if (bin > 0) expect(ms).toBeGreaterThan(GAMMA ** (bin - 1));
      }),
    );
  });

  test("an edge belongs to the bin below it, and the next number to the bin above", () => {
    for (let bin = 1; bin < LAST_BIN; bin++) {
      const edge = GAMMA ** bin;
      expect([binOf(edge), binOf(edge * (1 + 2 ** -52))]).toEqual([bin, bin + 1]);
    }
  });

  test("a bin beyond the last has no value", () => {
    expect(() => binValue(LAST_BIN + 1)).toThrow(/0 to 150/);
  });
});

describe("quantiles", () => {
  test("are null without samples", () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([0, 0], 0.99)).toBeNull();
  });

  test("lie within 5 % of the exact nearest rank", () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 0, max: 100 }), (samples, percent) => {
        const exact = nearestRank(samples, percent);
        const found = quantile(of(samples), percent / 100) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.05 * exact);
      }),
      { numRuns: 500 },
    );
  });

  test("take the lower of two samples for the median", () => {
    expect(quantile(of([10, 1000]), 0.5)).toBe(binValue(binOf(10)));
    expect(quantile(of([10, 1000]), 0.51)).toBe(binValue(binOf(1000)));
  });

  test("are not one rank too high where q times n only floats above a whole number", () => {
    const histogram: Histogram = [];
    addSample(histogram, 10, 7);
    addSample(histogram, 1000, 93);
    expect(0.07 * 100).toBeGreaterThan(7);
    expect(quantile(histogram, 0.07)).toBe(binValue(binOf(10)));
  });
});

describe("the stored number", () => {
  test.each<[Histogram, string]>([
    [[], "0"],
    [[0, 0], "0"],
    [[3], "3"],
    [[0, 1], "1000000000000"],
    [[5, 0, 12], "12000000000000000000000005"],
  ])("of %j is %s", (histogram, text) => {
    expect(encode(histogram)).toBe(text);
  });

  test("reads back as it was", () => {
    fc.assert(
      fc.property(fc.array(anyLatency, { maxLength: 100 }), (samples) => {
        const histogram = of(samples);
        expect(decode(encode(histogram))).toEqual(histogram);
      }),
    );
  });

  test("adds up as plain numbers do, so the database can merge", () => {
    fc.assert(
      fc.property(fc.array(anyLatency), fc.array(anyLatency), (left, right) => {
        const sum = BigInt(encode(of(left))) + BigInt(encode(of(right)));
        expect(encode(merge(of(left), of(right)))).toBe(String(sum));
        expect(addEncoded(of(left), encode(of(right)))).toEqual(of([...left, ...right]));
      }),
    );
  });

  test("of one event is its bin's weight", () => {
    fc.assert(
      fc.property(anyLatency, (ms) => {
        expect(binIncrement(binOf(ms))).toBe(encode(of([ms])));
      }),
    );
  });

  test("holds almost a million million samples a bin, beside full neighbours", () => {
    const full = [999_999_999_999, 999_999_999_999, 999_999_999_999];
    expect(decode(encode(full))).toEqual(full);
  });

  test("of no row is empty", () => {
    expect(decode(null)).toEqual([]);
  });

  test.each(["", "-1", "1.5", "12a", " 1", "1e12"])("is never %j", (text) => {
    expect(() => decode(text)).toThrow(/whole decimal number/);
  });

  test("with more bins than there are is refused", () => {
    expect(() => decode(`1${"0".repeat(12 * 151)}`)).toThrow(/0 to 150/);
  });
});

test("unmerging takes out exactly what was merged", () => {
  fc.assert(
    fc.property(fc.array(anyLatency), fc.array(anyLatency), (kept, gone) => {
      expect(unmerge(of([...kept, ...gone]), of(gone))).toEqual(of(kept));
    }),
  );
});

test("merging leaves the other histogram as it was, and counts add up", () => {
  const other = of([1, 2, 3]);
  const into = of([4000]);
  merge(into, other);
  expect(count(into)).toBe(4);
  expect(other).toEqual(of([1, 2, 3]));
});
