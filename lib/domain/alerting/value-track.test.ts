import fc from "fast-check";
import { expect, it } from "vitest";
import { ValueTrack } from "./value-track";

const SPAN = { from: 0, to: 300_000, stepMs: 60_000 };
const values = (track: ValueTrack) => track.points().map(([, value]) => value);

it("keeps the value closest to firing of each bucket, and carries it on", () => {
  const track = new ValueTrack(SPAN, { above: true, grows: false });
  for (const [end, value] of [
    [10_000, 3],
    [20_000, 9],
    [30_000, 5],
    [130_000, 1],
  ] as const)
    track.note(end, value);
  // A step at 130 s is of the 10 s that end there.
  expect(values(track)).toEqual([9, 5, 1, 1, 1]);
});

it("of rules that fire below, the lowest", () => {
  const track = new ValueTrack(SPAN, { above: false, grows: false });
  for (const [end, value] of [
    [10_000, 3],
    [20_000, 9],
    [70_000, 12],
  ] as const)
    track.note(end, value);
  expect(values(track)).toEqual([3, 12, 12, 12, 12]);
});

it("a clock goes on between events, and no value is a gap", () => {
  const track = new ValueTrack(SPAN, { above: true, grows: true });
  track.note(60_000, 0);
  track.note(180_000, 5);
  track.note(240_000, null);
  expect(values(track)).toEqual([0, 60, 110, 55, null]);
});

it("a bucket's value crosses the threshold exactly when a step in it, or what it began with, does", () => {
  const steps = fc.uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 30 }), value: fc.nat(20) }), {
    selector: ({ at }) => at,
  });
  fc.assert(
    fc.property(steps, fc.nat(20), (list, threshold) => {
      const track = new ValueTrack(SPAN, { above: true, grows: false });
      const sorted = list.toSorted((a, b) => a.at - b.at);
      for (const { at, value } of sorted) track.note(at * 10_000, value);
      for (const [index, value] of values(track).entries()) {
        const [begin, end] = [index * 60_000, (index + 1) * 60_000];
        const inside = sorted.filter(({ at }) => at * 10_000 > begin && at * 10_000 <= end);
        const before = sorted.findLast(({ at }) => at * 10_000 <= begin);
        const carried = before !== undefined && inside[0]?.at !== begin / 10_000 + 1 ? [before] : [];
        const crossed = [...carried, ...inside].some((one) => one.value >= threshold);
        expect(value !== null && value >= threshold).toBe(crossed);
      }
    }),
  );
});
