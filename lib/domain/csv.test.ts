import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";

describe("toCsv", () => {
  it.each([
    [["a", 1, null, undefined, true], "a,1,,,true\r\n"],
    [['say "hi", twice', "two\nlines"], '"say ""hi"", twice","two\nlines"\r\n'],
    [["=1+1", "+1", "-1", "@x", "\tx"], "'=1+1,'+1,'-1,'@x,'\tx\r\n"],
    [[-5, 0.25], "-5,0.25\r\n"],
    [['=HYPERLINK("x")'], '"\'=HYPERLINK(""x"")"\r\n'],
  ])("writes %j", (row, text) => {
    expect(toCsv([row])).toBe(text);
  });

  it("is read back as it was written, whatever the text holds", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((value) => !/^[=+\-@\t\r]/.test(value));
    const rows = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (written) => {
        expect(parse(toCsv(written), { record_delimiter: "\r\n" })).toEqual(written);
      }),
    );
  });
});
