import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findEntries } from "./find";

const ENTRIES = [
  { label: "Overview", words: "home" },
  { label: "Keys" },
  { label: "New rule", words: "create alert threshold" },
  { label: "Rules" },
];

const labels = (query: string) => findEntries(ENTRIES, query).map(({ label }) => label);

describe("findEntries", () => {
  it.each([
    ["", ["Overview", "Keys", "New rule", "Rules"]],
    ["rule", ["Rules", "New rule"]],
    ["RULE new", ["New rule"]],
    ["alert", ["New rule"]],
    ["view", ["Overview"]],
    ["rule key", []],
  ])("%j finds %j", (query, expected) => {
    expect(labels(query)).toEqual(expected);
  });

  it("never finds what lacks a word, and never loses what has them all", () => {
    const word = fc.stringMatching(/^[a-c]{1,3}$/);
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 3 })),
        fc.array(word),
        (names, sought) => {
          const entries = names.map((name) => ({ label: name.join(" ") }));
          const found = findEntries(entries, sought.join(" "));
          const expected = entries.filter(({ label }) => sought.every((part) => label.includes(part)));
          expect(new Set(found)).toEqual(new Set(expected));
        },
      ),
    );
  });
});
