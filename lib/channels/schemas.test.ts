import { describe, expect, it } from "vitest";
import { emailConfigSchema } from "./email/schema";
import { smsConfigSchema } from "./sms/schema";

const faults = (result: {
  success: boolean;
  error?: { issues: { path: PropertyKey[]; message: string }[] };
}) => result.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("the config of an e-mail channel", () => {
  it("takes addresses and drops doubles", () => {
    const config = emailConfigSchema.parse({ to: ["ops@example.com", "a@b.co", "OPS@example.com"] });
    expect(config.to).toHaveLength(2);
  });

  it.each([
    [{ to: ["ops"] }, "to.0: expected an e-mail address such as ops@example.com"],
    [{ to: ["a@b.co\r\nBcc: x@y.z"] }, "to.0: expected an e-mail address such as ops@example.com"],
    [{ to: [] }, "to: expected at least one e-mail address"],
    [{}, "to: expected a list of e-mail addresses"],
  ])("refuses %j", (input, expected) => {
    expect(faults(emailConfigSchema.safeParse(input))).toEqual([expected]);
  });
});

describe("the config of an SMS channel", () => {
  it("stores numbers as E.164 and drops doubles", () => {
    const config = smsConfigSchema.parse({ to: ["+1 (555) 123-0000", "+15551230000", "+49 151 23456789"] });
    expect(config.to).toEqual(["+15551230000", "+4915123456789"]);
  });

  it.each(["015123456789", "+1555", "call me", "+1 555 123 0000 ext. 4", "+", ""])("refuses %j", (number) => {
    expect(faults(smsConfigSchema.safeParse({ to: [number] }))).toEqual([
      "to.0: expected a phone number with its country code, such as +15551230000",
    ]);
  });

  it("refuses an empty list", () => {
    expect(faults(smsConfigSchema.safeParse({ to: [] }))).toEqual(["to: expected at least one phone number"]);
  });
});
