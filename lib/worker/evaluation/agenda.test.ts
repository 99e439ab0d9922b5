import fc from "fast-check";
import { expect, it } from "vitest";
import { Agenda } from "./agenda";

it("gives what a sorted list would, however items are moved", () => {
  const action = fc.oneof(
    fc.record({ item: fc.integer({ min: 0, max: 8 }), at: fc.option(fc.integer({ min: 0, max: 50 })) }),
    fc.record({ take: fc.integer({ min: 0, max: 50 }) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const agenda = new Agenda<number>();
      const model = new Map<number, number>();
      for (const one of actions) {
        if ("take" in one) {
          const due = [...model].filter(([, at]) => at <= one.take).map(([item]) => item);
          expect(agenda.take(one.take).sort()).toEqual(due.sort());
          for (const item of due) model.delete(item);
        } else {
          agenda.set(one.item, one.at);
          if (one.at === null) model.delete(one.item);
          else model.set(one.item, one.at);
        }
        expect(agenda.next()).toBe(model.size === 0 ? null : Math.min(...model.values()));
      }
    }),
  );
});
