import fc from "fast-check";
import { expect, test } from "vitest";
import { clean } from "./fields";
import { tagsJson } from "./tags";

const asIs = (text: string) => text;

test.each([
  [{}, "{}"],
  [{ env: "production", "app.name": "shop-2" }, '{"env":"production","app.name":"shop-2"}'],
  [{ b: "x", 1: "one" }, '{"1":"one","b":"x"}'],
  [{ a: 'say "hi" \\' }, '{"a":"say \\"hi\\" \\\\"}'],
  [{ a: "ü\u0000" }, '{"a":"ü\ufffd"}'],
  [{ a: "x".repeat(513) }, `{"a":"${"x".repeat(512)}"}`],
])("%j", (tags, json) => {
  expect(tagsJson(Object.entries(tags), asIs)).toBe(json);
});

test("is the JSON of the cut and cleaned object, whatever the tags are", () => {
  const long = fc.constantFrom("x".repeat(512), "x".repeat(513), `${"x".repeat(511)}🔑`);
  const odd = fc.constantFrom("ü", "\ud83d", "\u0000", '"', "\\", "\n", "…");
  const text = fc.oneof(fc.string(), odd, long);
  const name = fc.oneof(
    text,
    fc.constantFrom(
      "env",
      "1",
      "__proto__",
      "a-b",
      "toString",
      "y".repeat(100),
      "y".repeat(101),
      `${"y".repeat(100)}z`,
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true }), (tags) => {
      const cut = Object.entries(tags).map(([key, value]) => [
        clean(key.slice(0, 100)),
        clean(value.slice(0, 512)),
      ]);
      expect(tagsJson(Object.entries(tags), asIs)).toBe(JSON.stringify(Object.fromEntries(cut)));
    }),
  );
});

test("leaves out the raw key, in names too", () => {
  const safe = (text: string) => text.replaceAll("sk-secret", "…cret");
  expect(tagsJson(Object.entries({ "sk-secret": "a", b: "is sk-secret" }), safe)).toBe(
    '{"…cret":"a","b":"is …cret"}',
  );
});
