import { describe, expect, it } from "vitest";
import { type Merge, mergeOf, type Waiting } from "./merge";

/** `firing`, `firing!` under way, `firing?` maybe seen; ids count from 1. */
const waiting = (line: string): Waiting[] =>
  line
    .split(" ")
    .filter((word) => word !== "")
    .map((word, index) => ({
      id: `${index + 1}`,
      kind: word.replace(/[!?]/, ""),
      state: word.endsWith("!") ? "sending" : "queued",
      seen: word.endsWith("?"),
    }));

describe("a firing and its resolution", () => {
  const table: [string, Merge | null][] = [
    ["firing resolved", { into: "2", facts: "1", told: ["1"] }],
    ["no_data resolved", { into: "2", facts: "1", told: ["1"] }],
    ["firing reminder resolved", { into: "3", facts: "1", told: ["1", "2"] }],
    ["firing escalated resolved", { into: "3", facts: "2", told: ["1", "2"] }],
    ["firing escalated downgraded resolved", { into: "4", facts: "2", told: ["1", "2", "3"] }],
    ["firing resolved reminder", { into: "2", facts: "1", told: ["1"] }],
    ["", null],
    ["firing", null],
    ["resolved", null],
    ["firing escalated", null],
    // The firing has been told: what follows is told in order.
    ["escalated resolved", null],
    ["reminder resolved", null],
    ["firing! resolved", null],
    ["firing? resolved", null],
    ["firing escalated? resolved", null],
    ["firing resolved!", null],
    ["firing resolved?", null],
  ];
  it.each(table)("%s", (line, expected) => {
    expect(mergeOf(waiting(line))).toEqual(expected);
  });
});
