import { expect, it } from "vitest";
import { isCurrent } from "./nav";

it.each([
  ["/", "/", true],
  ["/", "/keys", false],
  ["/keys", "/keys/123", true],
  ["/keys", "/keyserver", false],
  ["/pools", "/providers/openai", true],
] as const)("%s holds %s: %s", (href, pathname, expected) => {
  expect(isCurrent(href, pathname)).toBe(expected);
});
