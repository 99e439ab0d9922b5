import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Place, Roster } from "./roster";

describe("a roster", () => {
  it("has what a Set would have, whatever comes and goes", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant("add" as const), fc.nat())), (steps) => {
        const roster = new Roster<number>();
        const expected = new Set<number>();
        const places: Place<number>[] = [];
        steps.forEach((step, i) => {
          if (step === "add") {
            places.push(roster.add(i));
            expected.add(i);
          } else {
            const place = places[step % Math.max(1, places.length)];
            if (place === undefined) return;
            roster.remove(place);
            expected.delete(place.member);
          }
        });
        expect(roster.size).toBe(expected.size);
        expect(new Set(roster.members())).toEqual(expected);
        expect(roster.members()).toHaveLength(expected.size);
      }),
    );
  });
});
