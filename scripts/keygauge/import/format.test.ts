import { describe, expect, it } from "vitest";
import { shapeOf } from "./format";

const shape = (
  name: string,
  head: string | Buffer,
  options: Parameters<typeof shapeOf>[1] = { format: null, delimiter: null },
) => shapeOf({ name, head: Buffer.from(head) }, options);

const KONG = JSON.stringify({
  request: { uri: "/v1" },
  response: { status: 200 },
  latencies: { request: 1 },
  started_at: 1763647520123,
});

describe("a file's format", () => {
  it.each([
    ["calls.ndjson", '{"key":"k"}\n', "ndjson"],
    ["calls.log", `\n${KONG}\n`, "kong"],
    ["calls.json.gz", `[${KONG},${KONG}]\n`, "kong"],
    ["cut.log", `{"half of a li\n${KONG}\n`, "kong"],
    ["standard input", "time,key\n", "csv"],
    ["a.TSV.gz", "time\tkey\n", "csv"],
    ["empty.log", "\n", "ndjson"],
  ])("%s is told by its name or its first lines", async (name, head, format) => {
    expect((await shape(name, head)).format).toBe(format);
  });

  it.each([
    ["notes.txt", "hello\n", /cannot be told: say it with --format/],
    ["doc.json", '[\n  {\n    "key": "k"\n  }\n]\n', /one JSON record a line/],
    ["excel.csv", Buffer.from("\ufefftime,key", "utf16le"), /UTF-16: save it as UTF-8/],
    ["none.csv", "", /is empty/],
  ])("%s is refused", async (name, head, says) => {
    await expect(shape(name, head)).rejects.toThrow(says);
  });

  it("is what is asked for when it is asked for", async () => {
    expect((await shape("x.csv", KONG, { format: "ndjson", delimiter: null })).format).toBe("ndjson");
  });
});

it("the rows of a CSV file begin after its header, which may follow a mark and span lines", async () => {
  const head = '\ufeff"a\nb";key\r\n1;2\r\n';
  expect(await shape("x.csv", head)).toEqual({
    format: "csv",
    delimiter: ";",
    header: ["a\nb", "key"],
    start: { offset: 14, line: 3 },
  });
});
