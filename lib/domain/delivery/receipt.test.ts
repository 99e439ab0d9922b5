import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fateOf, outranks, type Receipt } from "./receipt";

/** `status` or `status:code`, one a recipient; `-` for nothing heard. */
const receipts = (line: string): Receipt[] =>
  line
    .split(" ")
    .filter((word) => word !== "")
    .map((word, index) => {
      const [status = "", code] = word.split(":");
      return {
        to: `+${index + 1}`,
        status: status === "-" ? null : status,
        code: code === undefined ? null : Number(code),
      };
    });

describe("what receipts make of a message", () => {
  const table: [string, boolean, string, string[]][] = [
    ["", false, "open", []],
    ["-", false, "open", []],
    ["sent", false, "open", []],
    ["delivered", false, "delivered", []],
    ["read", false, "delivered", []],
    ["delivered sent", false, "open", []],
    ["delivered undelivered:30006", false, "delivered", []],
    ["delivered undelivered:30003", false, "delivered", ["+2"]],
    ["undelivered:30006", false, "failed", []],
    ["failed:30008 canceled", false, "failed", []],
    ["undelivered:30003", false, "failed", ["+1"]],
    ["undelivered:30003", true, "failed", []],
  ];
  it.each(table)("%s (repeat %s): %s", (line, repeat, fate, again) => {
    const found = fateOf(receipts(line), { repeat });
    expect(found.fate).toBe(fate);
    expect("again" in found ? found.again : []).toEqual(again);
  });

  it("is the same in whatever order they come, and however often", () => {
    const word = fc.constantFrom(
      "queued",
      "sending",
      "sent",
      "delivered",
      "undelivered",
      "failed",
      "read",
      "accepted",
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.array(word), (list, more) => {
        const last = (words: string[]) =>
          words.reduce<string | null>((before, status) => (outranks(status, before) ? status : before), null);
        const rank = (status: string | null) =>
          fateOf([{ to: "+1", status, code: null }], { repeat: false }).fate;
        expect(rank(last(list))).toBe(rank(last([...list].reverse())));
        expect(rank(last([...list, ...list]))).toBe(rank(last(list)));
        // What is delivered stays so.
        if (rank(last(list)) === "delivered") expect(rank(last([...list, ...more]))).toBe("delivered");
      }),
    );
  });
});
