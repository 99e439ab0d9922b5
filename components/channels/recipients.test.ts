import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecipients, recipientsText } from "./recipients";

describe("recipients", () => {
  it("come back as they were typed", () => {
    const recipient = fc.stringMatching(/^[^\s,;]([^,;\n\r]*[^\s,;])?$/);
    fc.assert(
      fc.property(fc.array(recipient), (list) => {
        expect(parseRecipients(recipientsText(list))).toEqual(list);
      }),
    );
  });

  it("are told apart by lines, commas and semicolons", () => {
    expect(parseRecipients("a@example.com, b@example.com;\n\n +1 555 123 0000 \n")).toEqual([
      "a@example.com",
      "b@example.com",
      "+1 555 123 0000",
    ]);
  });
});
