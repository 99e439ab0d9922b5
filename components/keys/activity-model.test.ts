import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ActivityBucket, bucketPoints } from "@/lib/domain/live/buckets";
import { OUTCOMES } from "@/lib/domain/usage/outcome";
import { type ActivityView, besideOthers, VIEWS, withPrevious } from "./activity-model";

const ON = { from: 0, to: 5_000, stepMs: 1_000 };
const views = Object.entries(VIEWS) as [string, ActivityView][];

const bucket = fc.record({
  at: fc.integer({ min: 0, max: 4 }).map((index) => index * 1_000),
  outcomes: fc.array(fc.nat(50), { minLength: OUTCOMES.length, maxLength: OUTCOMES.length }),
  cached_tokens: fc.nat(100),
  input_tokens: fc.integer({ min: 100, max: 900 }),
  output_tokens: fc.nat(900),
  cost_micros: fc.nat(1e6),
  p50: fc.option(fc.nat(1_000)),
  p95: fc.option(fc.nat(1_000)),
  p99: fc.option(fc.nat(1_000)),
}) satisfies fc.Arbitrary<ActivityBucket>;
const buckets = fc.uniqueArray(bucket, { selector: ({ at }) => at, maxLength: 5 });

describe("a key's charts", () => {
  it("stack to the figure by which they compare", () => {
    fc.assert(
      fc.property(buckets, (all) => {
        for (const [, view] of views.filter(([, { kind }]) => kind === "area")) {
          const stacked = view.build(all, ON);
          bucketPoints(all, ON, view.compared.value, view.compared.empty).forEach(([, figure], index) => {
            const height = stacked.reduce((sum, { points }) => sum + (points[index]?.[1] ?? 0), 0);
            expect(height).toBeCloseTo(figure ?? 0);
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it("tell what failed and what was throttled as shares of all calls", () => {
    const outcomes = OUTCOMES.map((name) =>
      name === "success" ? 6 : name === "rate_limited" ? 3 : name === "timeout" ? 1 : 0,
    );
    const one = {
      at: 1_000,
      outcomes,
      input_tokens: 0,
      cached_tokens: 0,
      output_tokens: 0,
      cost_micros: 0,
      p50: null,
      p95: null,
      p99: null,
    };
    const values = VIEWS.errors
      .build([one], ON)
      .map(({ label, points }) => [label, points[0]?.[1], points[1]?.[1]]);
    expect(values).toEqual([
      ["Errors", null, 0.4],
      ["Throttled", null, 0.3],
    ]);
  });

  it.each(views)("lay the time before under %s, as a ghost beside what was there", (_, view) => {
    const drawn = withPrevious(view, [])([], ON);
    expect(drawn.slice(0, -1)).toEqual(view.build([], ON));
    expect(drawn.at(-1)).toMatchObject({ key: "previous", ghost: true });
  });

  it.each(views)("have one line a key in %s", (_, view) => {
    const drawn = besideOthers(view, "mine", [{ id: "2", name: "other", buckets: [] }])([], ON);
    expect(drawn.map(({ label, color }) => [label, color])).toEqual([
      ["mine", "--series-1"],
      ["other", "--series-2"],
    ]);
  });
});
