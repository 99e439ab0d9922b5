import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, septets, toGsm } from "./gsm";

describe("septets", () => {
  it("counts a character of the alphabet as one and of the extension table as two", () => {
    expect(septets("abc é_@")).toBe(7);
    expect(septets("[€]")).toBe(6);
  });

  it("is null for what the alphabet lacks", () => {
    expect(septets("≥")).toBeNull();
    expect(septets("a\u00a0b")).toBeNull();
  });
});

describe("toGsm", () => {
  it.each([
    ["≥ 950 – “prod”…", '>= 950 - "prod"...'],
    ["12\u00a0%\u202f|\u2009ok", "12 % | ok"],
    ["Ångström žluťoučký", "Ångström zlutoucky"],
    ["sk-…4f2a · x", "sk-...4f2a - x"],
    ["łódź œuvre", "lodz oeuvre"],
    ["a\u202eb\u200bc\r\nd", "abc d"],
    ["プロド key 🔑🔑", "? key ?"],
    ["ｆｕｌｌ ﬁ Ⅷ", "full fi VIII"],
  ])("writes %j as %j", (text, expected) => expect(toGsm(text)).toBe(expected));

  it("yields GSM characters and single spaces for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const gsm = toGsm(text);
        expect(septets(gsm)).not.toBeNull();
        expect(gsm).not.toMatch(/[\n\r\f]| {2}|^ | $/);
      }),
    );
  });
});

describe("cut", () => {
  it("leaves what fits and marks what does not", () => {
    expect(cut("abcdef", 6)).toBe("abcdef");
    expect(cut("abcdef", 5)).toBe("abc..");
    expect(cut("[[[", 5)).toBe("[..");
    expect(cut("abc", 2)).toBe("");
  });
});
