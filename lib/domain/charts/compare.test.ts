import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Compare, moved, parseCompare, previousRange, withCompare } from "./compare";

describe("what charts are compared with", () => {
  it.each<[string, Compare]>([
    ["", { kind: "none" }],
    ["compare=previous&compare=7", { kind: "previous" }],
    ["compare=7&compare=7&compare=1&compare=x&compare=0", { kind: "keys", ids: ["7"] }],
    ["compare=2&compare=3&compare=4&compare=5&compare=6", { kind: "keys", ids: ["2", "3", "4", "5"] }],
  ])("is read of %j", (query, expected) => {
    expect(parseCompare(new URLSearchParams(query), "1")).toEqual(expected);
  });

  it("stands in the address beside what else is there", () => {
    const id = fc.integer({ min: 2, max: 1e15 }).map(String);
    const compare: fc.Arbitrary<Compare> = fc.oneof(
      fc.constantFrom<Compare>({ kind: "none" }, { kind: "previous" }),
      fc.uniqueArray(id, { minLength: 1, maxLength: 4 }).map((ids): Compare => ({ kind: "keys", ids })),
    );
    fc.assert(
      fc.property(compare, compare, (first, second) => {
        const params = withCompare(withCompare(new URLSearchParams("range=6h"), first), second);
        expect(params.get("range")).toBe("6h");
        expect(parseCompare(params, "1")).toEqual(second);
      }),
    );
  });

  it("lies bucket under bucket", () => {
    const range = fc.tuple(
      fc.integer({ min: 0, max: 1e12 }),
      fc.integer({ min: 1, max: 1e9 }),
      fc.constantFrom(1e4, 6e4, 36e5),
    );
    fc.assert(
      fc.property(range, ([from, length, stepMs]) => {
        const before = previousRange({ from, to: from + length }, stepMs);
        expect(before.shift % stepMs).toBe(0);
        expect(before.to).toBeLessThanOrEqual(from);
        expect(before.to).toBeGreaterThan(from - stepMs);
        expect(before.to - before.from).toBe(length);
      }),
    );
    const bucket = {
      at: 1_000,
      outcomes: [1],
      input_tokens: 0,
      cached_tokens: 0,
      output_tokens: 0,
      cost_micros: 0,
      p50: null,
      p95: null,
      p99: null,
    };
    const activity = { at: 9_000, from: 1_000, to: 2_000, step_ms: 1_000, buckets: [bucket] };
    expect(moved(activity, 5_000)).toEqual({
      ...activity,
      from: 6_000,
      to: 7_000,
      buckets: [{ ...bucket, at: 6_000 }],
    });
  });
});
