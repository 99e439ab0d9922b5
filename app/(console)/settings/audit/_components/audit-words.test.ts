import { describe, expect, it } from "vitest";
import { actionWords, changeWords, entityHref } from "./audit-words";

describe("an audit entry in words", () => {
  it.each([
    ["source.rotate_token", "Source token rotated"],
    ["rule.create", "Rule created"],
    ["user.sign_in", "User signed in"],
    ["sms_budget.update", "SMS budget changed"],
    ["widget.turn_upside_down", "Widget turn upside down"],
  ])("says what %s was", (action, words) => {
    expect(actionWords(action)).toBe(words);
  });

  it("leads to what still exists", () => {
    const entry = { action: "source.update", entity: "source", entity_id: "7/../8" };
    expect(entityHref(entry)).toBe("/sources/7%2F..%2F8");
    expect(entityHref({ ...entry, action: "source.delete" })).toBeNull();
    expect(entityHref({ ...entry, entity: "token" })).toBeNull();
  });

  it.each([
    [null, ""],
    [{ name: "a", key_from: ["x", "y"] }, "name: a · key from: x, y"],
    [
      {
        scope: { each: "key", provider: null },
        tiers: [
          { severity: "warning", threshold: 0.8 },
          { severity: "critical", threshold: 1, recovery: null },
        ],
      },
      "scope: each key · tiers: severity warning, threshold 0.8; severity critical, threshold 1",
    ],
    [{ pool: null, to: [] }, "pool: none · to: none"],
    [{ for: "0s", name: "b" }, "name: b · for: 0s"],
    [{ enabled: false }, "enabled: false"],
    ["moved", "moved"],
  ])("tells the changes %j", (changes, words) => {
    expect(changeWords(changes)).toBe(words);
  });

  it("lets a value turn nothing around but itself", () => {
    expect(changeWords({ name: "a\u202eb", pool: "c" })).toBe("name: \u2068a\u202eb\u2069 · pool: c");
  });

  it("cuts what is long", () => {
    expect(changeWords({ name: "x".repeat(500) }).length).toBeLessThan(200);
  });
});
