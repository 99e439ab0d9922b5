import { describe, expect, it } from "vitest";
import { NAV } from "./nav";
import { shortcutOf } from "./shortcuts";

const press = (key: string, held: Partial<{ meta: boolean; ctrl: boolean; alt: boolean }> = {}) => ({
  key,
  meta: false,
  ctrl: false,
  alt: false,
  ...held,
});
const free = { typing: false, afterGo: false };

describe("shortcutOf", () => {
  it.each([
    ["k", { meta: true }, free, { kind: "palette" }],
    ["K", { ctrl: true }, { typing: true, afterGo: false }, { kind: "palette" }],
    ["k", { ctrl: true, alt: true }, free, null],
    ["?", {}, free, { kind: "sheet" }],
    ["?", {}, { typing: true, afterGo: false }, null],
    ["/", {}, free, { kind: "search" }],
    ["/", { ctrl: true }, free, null],
    ["g", {}, free, "go"],
    ["k", {}, free, null],
    ["k", {}, { typing: false, afterGo: true }, { kind: "go", href: "/keys" }],
    ["g", {}, { typing: false, afterGo: true }, "go"],
    ["k", {}, { typing: true, afterGo: true }, null],
  ] as const)("%s with %j in %j: %j", (key, held, state, expected) => {
    expect(shortcutOf(press(key, held), state)).toEqual(expected);
  });

  it("gives every place a letter of its own", () => {
    const letters = NAV.flat().flatMap(({ go }) => (go === undefined ? [] : [go]));
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters).not.toContain("g");
  });
});
