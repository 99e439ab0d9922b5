import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barParts } from "./bars";

const BAR = { ghost: false };
const GHOST = { ghost: true };
const row = (at: number, ...values: (number | null)[]) => ({ at, partial: false, values });
const part = (at: number, from: number, to: number) => ({ at, from, to });

describe("the parts of stacked bars", () => {
  test.each([
    { name: "no rows", rows: [], series: [BAR, BAR], parts: [[], []] },
    { name: "one series", rows: [row(10, 3)], series: [BAR], parts: [[part(10, 0, 3)]] },
    {
      name: "the second stands on the first",
      rows: [row(10, 3, 2), row(20, 1, 5)],
      series: [BAR, BAR],
      parts: [
        [part(10, 0, 3), part(20, 0, 1)],
        [part(10, 3, 5), part(20, 1, 6)],
      ],
    },
    {
      name: "what is 0 or unknown has none and lifts nothing",
      rows: [row(10, null, 2), row(20, 0, 4), row(30, null, null)],
      series: [BAR, BAR],
      parts: [[], [part(10, 0, 2), part(20, 0, 4)]],
    },
    {
      name: "a ghost is left out",
      rows: [row(10, 3, 9, 2)],
      series: [BAR, GHOST, BAR],
      parts: [[part(10, 0, 3)], [], [part(10, 3, 5)]],
    },
  ])("$name", ({ rows, series, parts }) => {
    expect(barParts(rows, series)).toEqual(parts);
  });

  test("a stack is as high as its values together, and has no holes", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(1_000)), { maxLength: 8 }), (values) => {
        const parts = barParts(
          [row(0, ...values)],
          values.map(() => BAR),
        ).flat();
        expect(parts.at(-1)?.to ?? 0).toBe(values.reduce<number>((sum, value) => sum + (value ?? 0), 0));
        expect(parts.slice(1).map(({ from }) => from)).toEqual(parts.slice(0, -1).map(({ to }) => to));
      }),
    );
  });
});
