import { expect, it } from "vitest";
import { contentId, Occurrences } from "./content-id";

it("follows the content, not the order of its fields", () => {
  const id = (record: unknown) => contentId(record, new Occurrences());
  expect(id({ a: 1, b: { c: [1, 2], d: null } })).toBe(id({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(id({ a: [1, 2] })).not.toBe(id({ a: [2, 1] }));
  expect(id({ a: "1" })).not.toBe(id({ a: 1 }));
});

it("tells alike contents apart, the same way each time", () => {
  const ids = () => {
    const occurrences = new Occurrences();
    return [{ n: 1 }, { n: 1 }, { n: 2 }, { n: 1 }].map((record) => contentId(record, occurrences));
  };
  expect(new Set(ids()).size).toBe(4);
  expect(ids()).toEqual(ids());
  expect(ids()[3]).toBe(`${ids()[0]}#2`);
});

it("remembers over one turn and forgets over two", () => {
  const occurrences = new Occurrences();
  expect(occurrences.empty).toBe(true);
  const first = contentId("x", occurrences);
  occurrences.turn();
  expect(contentId("x", occurrences)).toBe(`${first}#1`);
  occurrences.turn();
  occurrences.turn();
  expect(occurrences.empty).toBe(true);
  expect(contentId("x", occurrences)).toBe(first);
});
