import { expect, it } from "vitest";
import { safeReturnPath } from "./return-path";

it.each([
  ["/incidents/inc_1?a=1", "/incidents/inc_1?a=1"],
  ["/keys?q=a&_rsc=abc", "/keys?q=a"],
  ["/", "/"],
  [null, "/"],
  ["", "/"],
  ["keys", "/"],
  ["https://evil.example", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/x/..//evil.example", "/evil.example"],
  ["/login?next=/login", "/"],
  ["/api/v1/keys", "/"],
  ["/setup", "/"],
])("%j leads to %s", (value, expected) => {
  expect(safeReturnPath(value)).toBe(expected);
});
