import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedTags, hasTag, isTagName, type KeyTags, tagsOfText, tagWords } from "./key-tags";

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,10}$/);
const value = fc.stringMatching(/^[a-zA-Z0-9 ]{0,10}$/).map((text) => text.trim());
const tags = fc.dictionary(name, value, { noNullPrototype: true }) satisfies fc.Arbitrary<KeyTags>;

describe("a key's tags", () => {
  it("are what they are changed to, and the rest stays", () => {
    const changes = fc.dictionary(name, fc.option(value), { noNullPrototype: true });
    fc.assert(
      fc.property(tags, changes, (before, change) => {
        const after = changedTags(before, change);
        for (const [one, its] of Object.entries(change)) {
          expect(its === null ? Object.hasOwn(after, one) : after[one] !== its).toBe(false);
        }
        for (const [one, its] of Object.entries(before))
          if (!Object.hasOwn(change, one)) expect(after[one]).toBe(its);
        expect(Object.keys(after)).toEqual(Object.keys(after).sort());
        expect(changedTags(after, change)).toEqual(after);
      }),
    );
  });

  it("are read as they are written", () => {
    fc.assert(
      fc.property(tags, (some) => {
        expect(tagsOfText(tagWords(some))).toEqual(some);
      }),
    );
  });

  it.each([
    ["team", true],
    ["team=search", true],
    ["team=Search", false],
    ["owner", false],
    ["empty=", true],
    ["toString", false],
    ["note=a=b", true],
  ])("answer whether they have %j: %s", (asked, found) => {
    expect(hasTag({ team: "search", empty: "", note: "a=b" }, asked)).toBe(found);
  });

  it.each([
    ["team", true],
    ["cost-center/eu:1", true],
    ["équipe", true],
    ["", false],
    ["a b", false],
    ["a=b", false],
    ["-a", false],
    ["x".repeat(65), false],
  ])("may have the name %j: %s", (one, may) => {
    expect(isTagName(one)).toBe(may);
  });
});
