import { describe, expect, it } from "vitest";
import { recordLines, sampleLines } from "./record-lines";

describe("a record's lines", () => {
  it("are its JSON, line by line", () => {
    const record = { a: { b: [1, "x"], c: {} }, d: null, e: "text, 4 characters", f: [] };
    const drawn = recordLines(record).map(
      ({ depth, name, text, comma }) =>
        `${"  ".repeat(depth)}${name === null ? "" : `"${name}": `}${text}${comma}`,
    );
    expect(drawn.join("\n").replace("text, 4 characters", '"text, 4 characters"')).toBe(
      JSON.stringify(record, null, 2),
    );
  });

  it.each([
    ["text, 1 character", "masked"],
    ["list, 3 items", "masked"],
    ["and 3 fields more", "masked"],
    ["and 2 more", "masked"],
    ["text, about it", "text"],
    [5, "plain"],
    [true, "plain"],
  ])("tell %s as %s", (value, kind) => {
    expect(recordLines(value)).toMatchObject([{ kind }]);
  });
});

describe("a sample", () => {
  const at = "2026-11-24T10:15:32.120Z";
  const sample = (received: object, understood: object) =>
    sampleLines({ at, received, understood: { key: { id: "1", hint: "…9Rk2", name: null }, ...understood } });

  it.each<[string, unknown, unknown]>([
    ["a text", "gpt-5", "gpt-5"],
    ["a number", 429, 429],
    ["a number as text", "429", 429],
    ["epoch milliseconds", Date.parse(at), at],
    ["epoch seconds", Date.parse(at) / 1000, at],
    ["a time in another zone", "2026-11-24T11:15:32.120+01:00", at],
    ["a route that had a query", "/v1/chat?…", "/v1/chat"],
    ["the key's hint", "…9Rk2", "…9Rk2"],
  ])("finds %s again", (_, received, understood) => {
    const lines = sample({ x: { y: received } }, { field: understood });
    expect(lines.received.find(({ name }) => name === "y")?.found).toBe(true);
    expect(lines.understood.find(({ name }) => name === "field")?.found).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ["flags", true, true],
    ["0", 0, 0],
    ["1", 1, 1],
    ["other texts", "gpt-4", "gpt-5"],
    ["masked texts", "text, 5 characters", "text, 5 characters"],
  ])("does not point at %s", (_, received, understood) => {
    const lines = sample({ y: received }, { field: understood });
    expect(lines.received.find(({ name }) => name === "y")?.found).toBe(false);
  });

  it("names the key first, its name where it has one, and nested fields by their path", () => {
    const { understood } = sampleLines({
      at,
      received: {},
      understood: { time: at, key: { id: "1", hint: "…9Rk2", name: "search" }, tags: { service: "a" } },
    });
    expect(understood.map(({ name }) => name)).toEqual(["key", "key_name", "time", "tags.service"]);
  });
});
