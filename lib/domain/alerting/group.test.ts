import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Group, lift } from "./group";
import { SEVERITIES, severityRank } from "./rule";
import type { Alert } from "./state";

const alert = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  cause: fc.constantFrom("threshold" as const, "no_data" as const),
});
const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.option(alert)), { maxLength: 30 });

/** Looked for among all of them. */
function worstOf(alerts: Iterable<Alert>): Alert | null {
  const worse = (a: Alert, b: Alert) =>
    severityRank(b.severity) - severityRank(a.severity) ||
    Number(b.cause === "threshold") - Number(a.cause === "threshold");
  return [...alerts].sort(worse)[0] ?? null;
}

describe("Group", () => {
  it("says the worst of what is in it, whatever came and went", () => {
    fc.assert(
      fc.property(steps, (changes) => {
        const group = new Group();
        const known = new Map<string, Alert>();
        for (const [instance, after] of changes) {
          const before = worstOf(known.values());
          if (after === null) known.delete(instance);
          else known.set(instance, after);
          expect(lift(group, instance, after)).toEqual({ before, after: worstOf(known.values()) });
        }
        expect([...group.entries()]).toEqual([...known]);
        expect([...group.instances()]).toEqual([...known.keys()]);
        expect(new Group(known).worst()).toEqual(worstOf(known.values()));
      }),
    );
  });

  it("takes a crossed threshold for worse than missing data, and severity for more than either", () => {
    const group = new Group([
      ["a", { severity: "warning", cause: "threshold" }],
      ["b", { severity: "critical", cause: "no_data" }],
    ]);
    expect(group.worst()).toEqual({ severity: "critical", cause: "no_data" });
    group.set("c", { severity: "critical", cause: "threshold" });
    expect(group.worst()).toEqual({ severity: "critical", cause: "threshold" });
    group.set("c", null);
    group.set("b", null);
    expect(group.worst()).toEqual({ severity: "warning", cause: "threshold" });
  });
});
