import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stretchOf, visibleRows } from "./visible-rows";

describe("visibleRows", () => {
  it.each([
    [
      { top: 0, height: 500, rowHeight: 50, count: 10_000 },
      { first: 0, last: 18, before: 0, after: 499_100 },
    ],
    [
      { top: 5_000, height: 500, rowHeight: 50, count: 10_000 },
      { first: 92, last: 118, before: 4_600, after: 494_100 },
    ],
    [
      { top: 0, height: 500, rowHeight: 50, count: 3 },
      { first: 0, last: 3, before: 0, after: 0 },
    ],
    [
      { top: 9_000, height: 500, rowHeight: 50, count: 3 },
      { first: 3, last: 3, before: 150, after: 0 },
    ],
    [
      { top: 0, height: 500, rowHeight: 50, count: 0 },
      { first: 0, last: 0, before: 0, after: 0 },
    ],
  ])("of %j draws %j", (view, expected) => {
    expect(visibleRows(view)).toEqual(expected);
  });

  it("covers all that shows, and keeps the whole height", () => {
    const whole = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        whole(20_000),
        whole(2_000),
        fc.integer({ min: 20, max: 90 }),
        whole(2_000_000),
        (count, height, rowHeight, top) => {
          const { first, last, before, after } = visibleRows({ top, height, rowHeight, count });
          expect(before + (last - first) * rowHeight + after).toBe(count * rowHeight);
          const shown = Math.min(count, Math.ceil((top + height) / rowHeight));
          expect(last).toBeGreaterThanOrEqual(shown);
          expect(first * rowHeight).toBeLessThanOrEqual(Math.max(top, 0));
        },
      ),
    );
  });
});

it.each([
  [0, 18, { offset: 0, limit: 50 }],
  [92, 118, { offset: 50, limit: 100 }],
  [0, 0, { offset: 0, limit: 50 }],
  [49, 51, { offset: 0, limit: 100 }],
])("rows %d to %d come in %j", (first, last, expected) => {
  expect(stretchOf(first, last, 50)).toEqual(expected);
});
