import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { STEP_MS } from "@/lib/domain/usage/steps";
import { FINEST } from "@/lib/domain/usage/window";
import { pieces } from "./all-use";

const HOUR = 3_600_000;
const at = (minutes: number) => 1_790_000_000_000 - (1_790_000_000_000 % HOUR) + minutes * 60_000;

describe("the pieces of a range", () => {
  it.each([
    ["nothing", 0, 0, []],
    ["an hour", 60, 120, [["1h", 60, 120]]],
    ["less than five minutes", 1, 2, [["10s", 1, 2]]],
    ["five minutes off their grid", 1, 6, [["10s", 1, 6]]],
    [
      "a day so far",
      -30,
      127.5,
      [
        ["5m", -30, 0],
        ["1h", 0, 120],
        ["5m", 120, 125],
        ["10s", 125, 127.5],
      ],
    ],
  ] as const)("of %s", (_, from, to, expected) => {
    expect(pieces({ from: at(from), to: at(to) })).toEqual(
      expected.map(([step, a, b]) => [step, { from: at(a), to: at(b) }]),
    );
  });

  it("follow each other without a gap, each on its grid", () => {
    const grid = fc.integer({ min: 0, max: 60_000 }).map((n) => n * FINEST);
    fc.assert(
      fc.property(grid, grid, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        let end = from;
        for (const [step, part] of pieces({ from, to })) {
          expect(part.from).toBe(end);
          expect([part.from % STEP_MS[step], part.to % STEP_MS[step]]).toEqual([0, 0]);
          end = part.to;
        }
        expect(end).toBe(to);
      }),
    );
  });
});
