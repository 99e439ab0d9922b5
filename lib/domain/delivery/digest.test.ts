import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Member, type Release, releasesOf } from "./digest";

/** `incident kind`, `!` critical, `?` maybe seen, `-` without an incident; ids count from 1. */
const members = (line: string): Member[] =>
  line
    .split(", ")
    .filter((word) => word !== "")
    .map((word, index) => {
      const [incident = "", kind = ""] = word.split(" ");
      return {
        id: String(index + 1),
        incidentId: incident === "-" ? null : incident,
        kind: kind.replace(/[!?]/, ""),
        critical: kind.includes("!"),
        seen: kind.includes("?"),
      };
    });

const single = (id: string): Release => ({ kind: "single", id });

describe("what waited together", () => {
  const table: [string, Release[]][] = [
    ["", []],
    ["a firing", [single("1")]],
    ["a firing, a resolved", [{ kind: "merged", into: "2", facts: "1", told: ["1"] }]],
    [
      "a firing, b firing!",
      [
        {
          kind: "digest",
          told: ["1", "2"],
          lines: [
            { facts: "2", kind: "firing", critical: true },
            { facts: "1", kind: "firing", critical: false },
          ],
        },
      ],
    ],
    [
      "a firing, b firing, a resolved, c resolved!",
      [
        {
          kind: "digest",
          told: ["1", "2", "3", "4"],
          lines: [
            { facts: "2", kind: "firing", critical: false },
            { facts: "4", kind: "resolved", critical: true },
            { facts: "1", kind: "fired_and_recovered", critical: false },
          ],
        },
      ],
    ],
    [
      "a escalated!, a downgraded",
      [{ kind: "digest", told: ["1", "2"], lines: [{ facts: "2", kind: "downgraded", critical: false }] }],
    ],
    ["a firing?, - digest, b firing", [single("1"), single("2"), single("3")]],
  ];
  it.each(table)("%s", (line, expected) => {
    expect(releasesOf(members(line))).toEqual(expected);
  });

  it("is told once each, whatever it is", () => {
    const member = fc.record({
      incidentId: fc.constantFrom("a", "b", "c", null),
      kind: fc.constantFrom("firing", "escalated", "downgraded", "resolved", "reminder", "no_data"),
      critical: fc.boolean(),
      seen: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 20 }), (list) => {
        const all = list.map((one, index) => ({ ...one, id: String(index) }));
        const releases = releasesOf(all);
        const told = releases.flatMap((one) =>
          one.kind === "single" ? [one.id] : one.kind === "merged" ? [one.into, ...one.told] : one.told,
        );
        expect([...told].sort()).toEqual(all.map(({ id }) => id).sort());
        expect(releases.filter(({ kind }) => kind !== "single").length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
