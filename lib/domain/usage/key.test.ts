import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hintOf, providerName, scrub, stripQuery } from "./key";

describe("hintOf", () => {
  test.each([
    ["sk-proj-0123456789abcdefq9Rk", "…q9Rk"],
    ["sk-1234567890123", "…0123"],
    ["twelve-chars", "…ars"],
    ["team-a", "…a"],
    ["abc", "…"],
    ["", "…"],
    ["0123456789ab\u202Ex\u0000\n", "…·x··"],
    ["0123456789abcdef 12", "…f·12"],
    [`sk-proj-${"x".repeat(30)}q9Rk`, "…q9Rk"],
    [`sk-proj-${"x".repeat(30)}\u202E9Rk`, "…·9Rk"],
    [`sk-proj-${"x".repeat(30)}🔑🔑🔑🔑🔑`, "…🔑🔑🔑🔑"],
    ["emoji-key-🔑🔑🔑🔑🔑🔑", "…🔑🔑🔑🔑"],
  ])("of %j is %j", (key, hint) => {
    expect(hintOf(key)).toBe(hint);
  });

  test("shows four characters at most and never more than a quarter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (key) => {
        const shown = Array.from(hintOf(key)).length - 1;
        expect(shown).toBeLessThanOrEqual(4);
        expect(shown * 4).toBeLessThanOrEqual(Array.from(key).length);
      }),
    );
  });
});

test.each([
  ["OpenAI", "openai"],
  ["at sk-LIVE-0123456789ab", "at …89ab"],
  ["SK-live-0123456789AB", "…89ab"],
])("the provider %j is %j", (text, expected) => {
  expect(providerName(text, "sk-LIVE-0123456789AB")).toBe(expected);
});

describe("scrub", () => {
  const key = "sk-live/0123456789+abcd";

  test.each([
    ["nothing of it here", "nothing of it here"],
    [`Bearer ${key}`, "Bearer …abcd"],
    [`${key}${key}, ${key}`, "…abcd…abcd, …abcd"],
    [`key=${encodeURIComponent(key)}&x=1`, "key=…abcd&x=1"],
  ])("of %j is %j", (text, expected) => {
    expect(scrub(text, key, hintOf(key))).toBe(expected);
  });

  test("leaves short keys alone: they are words of their own", () => {
    expect(scrub("a default route", "default", "…t")).toBe("a default route");
  });

  test("takes a hint literally, and never one that is as long as the key", () => {
    expect(scrub("x 12345678 y", "12345678", "$&")).toBe("x $& y");
    expect(scrub("x 12345678 y", "12345678", "a12345678")).toBe("x … y");
  });

  test("goes on while a replacement makes the key appear anew", () => {
    const reassembling = "ab…cdxcd";
    const once = `ab${reassembling}xcd`;
    expect(once.replaceAll(reassembling, hintOf(reassembling))).toBe(reassembling);
    expect(scrub(once, reassembling, hintOf(reassembling))).toBe("…cd");
  });

  test("leaves no trace of a key of eight characters or more, even one that reassembles itself", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("a", "b", "…", "%", "$", "&", "\ud800"),
      minLength: 8,
    });
    fc.assert(
      fc.property(
        hostile,
        fc.array(fc.string({ unit: fc.constantFrom("a", "b", "…", "%") })),
        (raw, parts) => {
          const text = parts.join(raw) + raw.slice(0, 4) + raw + raw.slice(4);
          expect(scrub(text, raw, hintOf(raw))).not.toContain(raw);
        },
      ),
    );
  });
});

describe("stripQuery", () => {
  test.each([
    ["/v1/chat/completions", "/v1/chat/completions"],
    ["/v1/models?key=secret", "/v1/models"],
    ["/v1/models#secret", "/v1/models"],
    ["/v1#a?b", "/v1"],
    ["?key=secret", ""],
    ["", ""],
    ["https://api.example.com/v1?key=secret", "https://api.example.com/v1"],
    ["https://user:secret@api.example.com/v1", "https://api.example.com/v1"],
    ["https://user:se@cret@api.example.com/v1", "https://api.example.com/v1"],
    ["//secret@host/v1", "//host/v1"],
    ["/users/@me/x", "/users/@me/x"],
    ["https://host/@me", "https://host/@me"],
  ])("of %j is %j", (route, expected) => {
    expect(stripQuery(route)).toBe(expected);
  });

  test("leaves neither query nor fragment", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "/", "?", "#", "@", ":") }), (route) => {
        expect(stripQuery(route)).not.toMatch(/[?#]/);
      }),
    );
  });
});
