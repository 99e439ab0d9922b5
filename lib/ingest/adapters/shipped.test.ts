import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shippedRecord } from "./shipped";

const line = { status: 200, path: "/x" };
const written = JSON.stringify(line);

describe("shippedRecord", () => {
  it.each([
    ["fluent-bit", { date: 1.5, log: written }, { date: 1.5, ...line }],
    ["Vector", { message: written, host: "node-1" }, { host: "node-1", ...line }],
    ["journald", { MESSAGE: `${written}\n` }, line],
    [
      "fluent-bit's merge key",
      { log: "2026 stdout F …", log_processed: line },
      { log: "2026 stdout F …", ...line },
    ],
    ["containerd's prefix", { log: `2026-11-23T14:05:20.1Z stdout F ${written}` }, line],
    ["syslog's prefix", { message: `<190>Nov 23 14:05:20 web nginx: ${written}` }, line],
    [
      "Docker's file within",
      { log: JSON.stringify({ log: `${written}\n`, stream: "stdout" }) },
      { stream: "stdout", ...line },
    ],
    ["fields of both", { date: 1, status: 500, log: written }, { date: 1, ...line }],
  ])("opens %s", (_name, record, expected) => {
    expect(shippedRecord(record)).toEqual(expected);
  });

  it.each([
    ["no line", line],
    ["another program's line", { log: "[info] started {worker}" }],
    ["a list", { message: "[1, 2]" }],
    ["a cut line", { log: written.slice(0, -1) }],
  ])("finds nothing in %s", (_name, record) => {
    expect(shippedRecord(record)).toBeNull();
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("log", "message", "x"), fc.anything()), (record) => {
        shippedRecord(record);
      }),
    );
  });
});
