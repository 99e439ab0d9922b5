import { expect, it } from "vitest";
import { recipientText } from "./phone";

it.each([
  ["+12025550123", "+1 202 555 0123"],
  ["+4930123456", "+49 30 123456"],
  ["ops@example.com", "ops@example.com"],
  ["+0", "+0"],
])("%s: %s", (recipient, text) => {
  expect(recipientText(recipient)).toBe(text);
});
