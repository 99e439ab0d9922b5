import fc from "fast-check";
import { expect, it } from "vitest";
import { wordParts } from "./words";

it.each([
  ["", []],
  ["550 no such user", [["text", "550 no such user"]]],
  [
    "Flapping since 2026-01-02T03:04:05.678Z: told once it has settled.",
    [
      ["text", "Flapping since "],
      ["instant", "2026-01-02T03:04:05.678Z"],
      ["text", ": told once it has settled."],
    ],
  ],
  [
    "Told in the digest dlv_ccvzfm18wc49p904rs6e",
    [
      ["text", "Told in the digest "],
      ["delivery", "dlv_ccvzfm18wc49p904rs6e"],
    ],
  ],
  [
    "2026-01-02T03:04:05Z dlv_ccvzfm18wc49p904rs6e",
    [
      ["instant", "2026-01-02T03:04:05Z"],
      ["text", " "],
      ["delivery", "dlv_ccvzfm18wc49p904rs6e"],
    ],
  ],
  ["dlv_ and 2026-01-02", [["text", "dlv_ and 2026-01-02"]]],
])("takes %j apart", (words, expected) => {
  expect(wordParts(words).map(({ kind, text }) => [kind, text])).toEqual(expected);
});

it("loses nothing", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("2026-01-02T03:04:05.678Z", "dlv_ccvzfm18wc49p904rs6e", "dlv_", "T"),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const words = pieces.join("");
      const parts = wordParts(words);
      expect(parts.map(({ text }) => text).join("")).toBe(words);
      for (const { text, from } of parts) expect(words.startsWith(text, from)).toBe(true);
    }),
  );
});
