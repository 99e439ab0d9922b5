import { describe, expect, it } from "vitest";
import { UsageError } from "../usage";
import { parseImportOptions } from "./options";

it("has a default for everything but the file", () => {
  expect(parseImportOptions(["calls.csv"])).toEqual({
    file: "calls.csv",
    format: null,
    source: "import",
    map: new Map(),
    set: new Map(),
    delimiter: null,
    timeZone: null,
    rejects: null,
  });
});

it("reads mappings in one option or several, columns with commas and equals signs included", () => {
  const { map, set } = parseImportOptions([
    "-",
    "--map",
    "time=Started at, key=Key, primary,tags.team=Team=A",
    "--map",
    "response_headers.retry-after=ra",
    "--set",
    "provider=a,b=c",
  ]);
  expect([...map]).toEqual([
    ["time", "Started at"],
    ["key", "Key, primary"],
    ["tags.team", "Team=A"],
    ["response_headers.retry-after", "ra"],
  ]);
  expect([...set]).toEqual([["provider", "a,b=c"]]);
});

it.each([
  ["tab", "\t"],
  ["\\t", "\t"],
  [";", ";"],
])("knows the delimiter %s", (given, delimiter) => {
  expect(parseImportOptions(["f", "--delimiter", given]).delimiter).toBe(delimiter);
});

describe("says what is wrong", () => {
  it.each<[string[], RegExp]>([
    [[], /needs a file/],
    [["a", "b"], /one file at a time, got 2/],
    [["f", "--format", "xml"], /--format: expected auto, csv, ndjson, .*kong/],
    [["f", "--map", "key"], /--map: expected FIELD=COLUMN/],
    [["f", "--set", "key="], /--set: expected FIELD=VALUE/],
    [["f", "--map", "kee=a"], /no field "kee"/],
    [["f", "--map", "constructor=a"], /no field "constructor"/],
    [["f", "--map", "error.code=a"], /no field "error.code"/],
    [["f", "--map", "tags.=a"], /no field "tags."/],
    [["f", "--delimiter", "ab"], /--delimiter: expected one character/],
    [["f", "--delimiter", '"'], /--delimiter: expected one character/],
    [["f", "--time-zone", "+02:00"], /--time-zone: expected a time zone/],
  ])("%j", (args, says) => {
    expect(() => parseImportOptions(args)).toThrow(UsageError);
    expect(() => parseImportOptions(args)).toThrow(says);
  });
});
