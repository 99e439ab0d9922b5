import { describe, expect, it } from "vitest";
import { Occurrences } from "@/lib/ingest/content-id";
import { columnsOf, recordOf } from "./columns";

const none = new Map<string, string>();

describe("columns", () => {
  it("are known by their own names, whatever their case, and by --map first", () => {
    const header = ["Time", " Client IP ", "user-agent", "tags.Team", "note", "when", "key"];
    const map = new Map([
      ["time", "when"],
      ["consumer", "key"],
    ]);
    expect(columnsOf(header, map)).toEqual({
      count: 7,
      fields: [
        { field: "time", at: 5 },
        { field: "consumer", at: 6 },
        { field: "client_ip", at: 1 },
        { field: "user_agent", at: 2 },
        { field: "tags.Team", at: 3 },
      ],
    });
  });

  it("may give one column to two fields", () => {
    const { fields } = columnsOf(
      ["user"],
      new Map([
        ["key", "user"],
        ["consumer", "user"],
      ]),
    );
    expect(fields).toEqual([
      { field: "key", at: 0 },
      { field: "consumer", at: 0 },
    ]);
  });

  it("are refused when one is missing or named twice, without a word of the header", () => {
    const refused = (header: string[], map: Map<string, string>) => {
      try {
        columnsOf(header, map);
      } catch (error) {
        return String(error);
      }
      return "";
    };
    const missing = refused(["sk-secret"], new Map([["key", "token"]]));
    expect(missing).toContain('no column "token"');
    expect(missing).not.toContain("sk-secret");
    expect(refused(["status", "Status"], none)).toContain("Two columns are named status");
    expect(refused(["status", "Status"], new Map([["status", "Status"]]))).toBe("");
  });
});

describe("a row", () => {
  const read = (header: string[], cells: string[]) =>
    recordOf(cells, columnsOf(header, none), 7, new Occurrences());

  it.each<[field: string, cell: string, value: unknown]>([
    ["status", "200", 200],
    ["status", " 200 ", 200],
    ["latency_ms", "1.5e2", 150],
    ["cost_usd", ".5", 0.5],
    ["status", "0x1F4", "0x1F4"],
    ["status", "200 OK", "200 OK"],
    ["latency_ms", "Infinity", "Infinity"],
    ["input_tokens", "1,024", "1,024"],
    ["stream", "TRUE", true],
    ["cache_hit", "0", false],
    ["stream", "maybe", "maybe"],
    ["key", "007", "007"],
    ["key_name", "true", "true"],
    ["tags", '{"a":"b"}', { a: "b" }],
    ["tags", "{broken", "{broken"],
    ["tags", "[1]", "[1]"],
    ["ratelimit", '[{"name":"requests"}]', [{ name: "requests" }]],
    ["error", "rate limit", "rate limit"],
    ["error", '{"code":"x"}', { code: "x" }],
    ["tags.__proto__", "x", JSON.parse('{"__proto__":"x"}')],
  ])("%s: %j", (field, cell, value) => {
    const record = read(["id", field], ["1", cell]);
    const [object = ""] = field.split(".");
    expect(record).toEqual({ index: 7, value: { id: "1", [object]: value } });
  });

  it("leaves out what is empty, and has an id from its content when it has none", () => {
    const record = read(["id", "key", "status"], ["", "k", ""]);
    expect(record).toEqual({ index: 7, value: { key: "k", id: expect.stringMatching(/^sha256:/) } });
    expect(read(["key"], ["k"])).not.toEqual(read(["key"], ["l"]));
  });

  it.each([
    [["a"], "status", 1],
    [["a", "200", "x", "y"], undefined, 4],
  ])("of another length is a fault: %j", (cells, field, length) => {
    expect(read(["key", "status", "note"], cells)).toEqual({
      index: 7,
      fault: `the row has ${length} cells, its header 3`,
      ...(field === undefined ? {} : { field }),
    });
  });
});
