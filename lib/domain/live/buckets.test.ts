import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActivityBucket, bucketPoints, type LiveDelta, outcomeOfBucket, withDeltas } from "./buckets";

const MINUTE = 60_000;

function bucket(at: number, changes: Partial<ActivityBucket> = {}): ActivityBucket {
  return {
    at,
    outcomes: [1, 0, 0, 0, 0, 0, 0, 0],
    input_tokens: 10,
    cached_tokens: 4,
    output_tokens: 5,
    cost_micros: 100,
    p50: 20,
    p95: 30,
    p99: 40,
    ...changes,
  };
}

function delta(at: number, changes: Partial<LiveDelta> = {}): LiveDelta {
  return {
    key: "1",
    bucket: at,
    requests: 2,
    outcomes: [1, 1, 0, 0, 0, 0, 0, 0],
    input_tokens: 7,
    output_tokens: 3,
    cost_micros: 50,
    ...changes,
  };
}

describe("withDeltas", () => {
  it("adds to the step that holds the delta, and changes nothing given", () => {
    const given = [bucket(0), bucket(MINUTE)];
    const before = structuredClone(given);
    const [first, second] = withDeltas(given, MINUTE, [delta(70_000), delta(110_000)]);
    expect(first).toEqual(bucket(0));
    expect(second).toMatchObject({
      at: MINUTE,
      outcomes: [3, 2, 0, 0, 0, 0, 0, 0],
      input_tokens: 24,
      output_tokens: 11,
      cost_micros: 200,
      p95: 30,
    });
    expect(given).toEqual(before);
  });

  it("makes a step that had nothing, in its place", () => {
    const after = withDeltas([bucket(0), bucket(2 * MINUTE)], MINUTE, [delta(MINUTE)]);
    expect(after.map(({ at }) => at)).toEqual([0, MINUTE, 2 * MINUTE]);
    expect(after[1]).toMatchObject({ outcomes: [1, 1, 0, 0, 0, 0, 0, 0], cached_tokens: 0, p50: null });
  });

  it("loses no request, whatever the step and the order", () => {
    const deltas = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 360 }), n: fc.integer({ min: 0, max: 99 }) }),
    );
    fc.assert(
      fc.property(deltas, fc.constantFrom(10_000, MINUTE, 5 * MINUTE), (list, stepMs) => {
        const after = withDeltas(
          [],
          stepMs,
          list.map(({ at, n }) => delta(at * 10_000, { requests: n, outcomes: [n, 0, 0, 0, 0, 0, 0, 0] })),
        );
        const total = after.reduce((sum, one) => sum + (one.outcomes[0] ?? 0), 0);
        expect(total).toBe(list.reduce((sum, { n }) => sum + n, 0));
        expect(after.every(({ at }, i) => at % stepMs === 0 && at > (after[i - 1]?.at ?? -1))).toBe(true);
      }),
    );
  });
});

describe("bucketPoints", () => {
  const on = { from: 30_000, to: 3 * MINUTE, stepMs: MINUTE };

  it("has a point for every step from the floored start, 0 or null where nothing happened", () => {
    const buckets = [bucket(MINUTE, { outcomes: [2, 5, 0, 0, 0, 0, 0, 0] })];
    expect(bucketPoints(buckets, on, outcomeOfBucket("rate_limited"), 0)).toEqual([
      [0, 0],
      [MINUTE, 5],
      [2 * MINUTE, 0],
    ]);
    expect(bucketPoints(buckets, on, ({ p50 }) => p50, null)).toEqual([
      [0, null],
      [MINUTE, 20],
      [2 * MINUTE, null],
    ]);
  });

  it("leaves out what lies outside the range", () => {
    expect(bucketPoints([bucket(3 * MINUTE), bucket(-MINUTE)], on, () => 1, 0)).toEqual([
      [0, 0],
      [MINUTE, 0],
      [2 * MINUTE, 0],
    ]);
  });
});
