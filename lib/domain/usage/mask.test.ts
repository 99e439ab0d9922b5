import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskRecord, wordsOf } from "./mask";

const ROOM = 4_096;
const RAW = "sk-proj-4f8Kd02mVwLq7ZtX";
const NOBODY = { rawKey: null, words: new Set<string>() };
const mask = (record: unknown, words: string[] = [], rawKey: string | null = RAW) =>
  maskRecord(record, { rawKey, words: new Set(words) }, ROOM);

describe("a masked record", () => {
  it.each<[string, unknown, unknown]>([
    ["numbers, booleans and null stay", { a: 1.5, b: true, c: null }, { a: 1.5, b: true, c: null }],
    ["a text becomes its length", { prompt: "tell me a secret" }, { prompt: "text, 16 characters" }],
    ["one character is one", { a: "x" }, { a: "text, 1 character" }],
    ["a text that is understood stays", { model: "gpt-5" }, { model: "gpt-5" }],
    ["a route shows that it had a query", { uri: "/v1/chat?key=abc" }, { uri: "/v1/chat?…" }],
    [
      "numbers as text stay",
      { bytes: "512", took: "0.081", none: "-" },
      { bytes: "512", took: "0.081", none: "-" },
    ],
    [
      "timestamps stay",
      { a: "2026-11-24T10:15:32.120Z", b: "24/Nov/2026:10:15:32 +0000" },
      { a: "2026-11-24T10:15:32.120Z", b: "24/Nov/2026:10:15:32 +0000" },
    ],
    ["numbers too long to be a measure go", { card: "4000056655665556" }, { card: "text, 16 characters" }],
    ["the key is its hint", { key: RAW }, { key: "…7ZtX" }],
    ["the key behind its scheme too", { authorization: `Bearer ${RAW}` }, { authorization: "…7ZtX" }],
    ["the key inside a name goes", { [`by ${RAW}`]: 1 }, { "(name 1)": 1 }],
    ["a name that is a key goes", { usage: { "AIzaSyD3x4m9l0Q8-7pLmN2": 3 } }, { usage: { "(name 1)": 3 } }],
    [
      "long names of words stay",
      { user_api_key_team_alias_metadata: 1 },
      { user_api_key_team_alias_metadata: 1 },
    ],
    [
      "a number under a secret's name goes",
      { api_key: 12345678, pin: ["0042"] },
      { api_key: "a number", pin: ["text, 4 characters"] },
    ],
    [
      "counts of tokens stay",
      { prompt_tokens: 12, total_tokens: "14" },
      { prompt_tokens: 12, total_tokens: "14" },
    ],
    ["lists are cut", { a: Array(12).fill(1) }, { a: [...Array(10).fill(1), "and 2 more"] }],
    ["what is no object is masked as well", "hello", "text, 5 characters"],
    [
      "__proto__ is a name like others",
      JSON.parse('{"__proto__":{"a":"b"}}'),
      JSON.parse('{"__proto__":{"a":"text, 1 character"}}'),
    ],
  ])("%s", (_, record, expected) => {
    expect(mask(record, ["gpt-5", "/v1/chat"])).toEqual(expected);
  });

  it("tells the raw key even when it is a number", () => {
    expect(mask({ id: 123456789012 }, [], "123456789012")).toEqual({ id: "…012" });
  });

  it("says how much it leaves out, by depth, width and size", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20)}1${"}".repeat(20)}`);
    expect(JSON.stringify(mask(deep))).toContain("object, 1 field");
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field ${i}`, i]));
    expect(mask(wide)).toMatchObject({ "field 59": 59, "…": "and 40 fields more" });
    const large = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`field ${i}`, Array(10).fill(Array(10).fill(1.23456789))]),
    );
    expect(JSON.stringify(mask(large)).length).toBeLessThan(ROOM + 1_024);
  });
});

/** A secret can be told from everything that a record holds otherwise. */
const secret = fc.stringMatching(/^S3CR3T[A-Za-z0-9+/=_ .-]{0,60}[a-z]{2}$/);

/** JSON with secrets among its texts. */
const planted = secret.chain((text) =>
  fc.record({
    text: fc.constant(text),
    record: fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        fc.constant(text),
        fc.constant(`Bearer ${text}`),
        fc.constant(`/v1/chat?key=${text}`),
        fc.string(),
        fc.double({ noNaN: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 15 }),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("key", "messages", "headers")), tie("any")),
      ),
    })).any,
  }),
);

describe("for every record", () => {
  it("no secret gets through, as the key or as anything else", () => {
    fc.assert(
      fc.property(planted, fc.boolean(), ({ text, record }, isKey) => {
        const seen = { rawKey: isKey ? text.trim() : null, words: new Set(["/v1/chat", "gpt-5"]) };
        expect(JSON.stringify(maskRecord(record, seen, ROOM))).not.toContain("S3CR3T");
      }),
    );
  });

  it("the raw key is in no name either", () => {
    fc.assert(
      fc.property(secret, fc.jsonValue(), (text, rest) => {
        const seen = { rawKey: text.trim(), words: new Set<string>() };
        const record = { [text.trim()]: rest, [`x-${text.trim()}`]: { [text.trim()]: 1 } };
        expect(JSON.stringify(maskRecord(record, seen, ROOM))).not.toContain("S3CR3T");
      }),
    );
  });

  it("the result is JSON and not much larger than its room", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), fc.integer({ min: 0, max: 2_000 }), (record, room) => {
        const text = JSON.stringify(maskRecord(record, NOBODY, room));
        expect(() => JSON.parse(text)).not.toThrow();
        expect(text.length).toBeLessThan(room + 1_024);
      }),
    );
  });
});

it("finds every text of an understood event", () => {
  expect([
    ...wordsOf({ a: "x", key: { name: "y", n: 1 }, tags: { t: "z" }, list: ["w"], none: null }),
  ]).toEqual(["x", "y", "z", "w"]);
});
