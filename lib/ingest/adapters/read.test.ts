import { describe, expect, it } from "vitest";
import { firstOf, instant } from "./read";

const AT = Date.UTC(2026, 10, 23, 14, 5, 20, 125);
const SECOND = AT - 125;

describe("instant", () => {
  it.each([
    ["2026-11-23T14:05:20.125Z", AT],
    ["2026-11-23T15:05:20.125000123+01:00", AT],
    ["2026-11-23T15:05:20.125+0100", AT],
    ["2026-11-23T14:05:20.125", AT],
    ["2026-11-23 14:05:20.125000", AT],
    ["23/Nov/2026:14:05:20 +0000", SECOND],
    ["[23/Nov/2026:09:05:20 -0500]", SECOND],
    [AT, AT],
    [AT / 1e3, AT],
    [String(AT / 1e3), AT],
    [`${AT}000`, AT],
    ["-", undefined],
    [null, undefined],
    [0, undefined],
    [-1, undefined],
    ["23/Nix/2026:14:05:20 +0000", undefined],
    ["2026-13-23 14:05:20", undefined],
    ["0001-01-01T00:00:00Z", undefined],
    [{}, undefined],
  ])("reads %j", (written, expected) => {
    expect(instant(written)).toBe(expected);
  });

  it("takes the first that holds one", () => {
    expect(firstOf({ a: "-", b: "soon", c: AT }, instant, "x", "a", "b", "c")).toBe(AT);
  });
});
