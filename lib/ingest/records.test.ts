import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looseRecords } from "./records";

const read = (text: string) =>
  looseRecords(Buffer.from(text)).map((record) => ("value" in record ? record.value : "fault"));

describe("looseRecords", () => {
  it.each([
    ["an array", '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ["one object over lines", '{\n  "a": 1\n}', [{ a: 1 }]],
    ["objects without a separator", '{"a":1}{"a":"}{"}', [{ a: 1 }, { a: "}{" }]],
    ["objects over lines", '{\n"a": 1\n}\n{\n"a": 2\n}', [{ a: 1 }, { a: 2 }]],
    ["a line each", '{"a":1}\r\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ["several a line", '{"a":1}{"a":2}\n{"a":3}', [{ a: 1 }, { a: 2 }, { a: 3 }]],
    ["a line that is no JSON", '{"a":1}\nhello\n{"a":2}', [{ a: 1 }, "fault", { a: 2 }]],
    [
      "a line that was cut",
      '{"a":1}\n{"a":{"b":"x\n{"a":2}\n{"a":3}',
      [{ a: 1 }, "fault", { a: 2 }, { a: 3 }],
    ],
    [
      "a cut line among several a line",
      '{"a":1}{"a":2}\n{"a":\n{"a":3}',
      [{ a: 1 }, { a: 2 }, "fault", { a: 3 }],
    ],
    ["a wrapped list", '{"events":[{"a":1}]}', [{ a: 1 }]],
    ["nothing", " \n", []],
  ])("reads %s", (_, text, expected) => expect(read(text)).toEqual(expected));

  it("keeps every other line when one is cut anywhere", () => {
    const row = fc.record({ a: fc.string(), b: fc.record({ c: fc.string() }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2 }), fc.nat(), fc.nat(), (rows, which, where) => {
        const lines = rows.map((one) => JSON.stringify(one));
        const at = which % lines.length;
        const whole = lines[at] ?? "";
        lines[at] = whole.slice(0, 1 + (where % (whole.length - 1)));
        const kept = rows.filter((_, i) => i !== at);
        expect(read(lines.join("\n"))).toEqual([...kept.slice(0, at), "fault", ...kept.slice(at)]);
      }),
    );
  });
});
