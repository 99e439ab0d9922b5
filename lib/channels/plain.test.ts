import { describe, expect, it } from "vitest";
import { plainLine, plainUnits, safeLink } from "./plain";
import { describeError, redact } from "./redact";

describe("plainLine", () => {
  it("makes one line without marks that hide or reorder text", () => {
    expect(plainLine("a\r\nBcc: b\u202e\u0000 c\u2028d", 50)).toBe("a Bcc: b c d");
    expect(plainLine("zalgo e\u0301\u0301\u0301\u0301\u0301\u0301", 50)).toBe("zalgo e\u0301\u0301\u0301");
  });

  it("cuts by characters, not through them", () => {
    expect(plainLine("🔑🔑🔑", 3)).toBe("🔑🔑🔑");
    expect(plainLine("🔑🔑🔑🔑", 3)).toBe("🔑🔑…");
    expect(plainLine("x".repeat(1e6), 4)).toBe("xxx…");
    expect(plainLine(`${" ".repeat(100)}x`, 4)).toBe("…");
  });
});

describe("plainUnits", () => {
  it("counts what two units make", () => {
    expect(plainUnits("🔑🔑🔑🔑", 8)).toBe("🔑🔑🔑🔑");
    expect(plainUnits("🔑🔑🔑🔑", 7)).toBe("🔑🔑…");
    expect(plainUnits("🔑🔑🔑🔑", 4).length).toBeLessThanOrEqual(4);
  });
});

describe("safeLink", () => {
  it("passes http and https only", () => {
    expect(safeLink("https://k.example/a")).toBe("https://k.example/a");
    expect([safeLink("javascript:alert(1)"), safeLink("/a"), safeLink(undefined)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("redact", () => {
  it("blots out secrets and shortens", () => {
    expect(redact("535 pass s3cr3t refused", ["s3cr3t", undefined])).toBe("535 pass [secret] refused");
    expect(redact("x".repeat(5_000))).toHaveLength(300);
  });

  it("describes whatever was thrown", () => {
    expect(describeError(Object.assign(new Error(""), { code: "ECONNREFUSED" }))).toBe(
      "Error (ECONNREFUSED)",
    );
    expect(describeError("odd")).toBe("odd");
  });
});
