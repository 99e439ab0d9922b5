import { describe, expect, it } from "vitest";
import { COLUMNS, columnsOf, ordersOf, withColumn } from "./columns";

const ids = (cols: string | null) => columnsOf(cols).map(({ id }) => id);
const USUAL = ["state", "headroom", "when", "rate", "errors", "p95", "cost"];

describe("columns in the address", () => {
  it.each([
    [null, USUAL],
    ["cost.state", ["state", "cost"]],
    ["none", []],
    ["nonsense.pool", ["pool"]],
  ])("%s shows %j", (cols, expected) => {
    expect(ids(cols)).toEqual(expected);
  });

  it.each([
    [null, "pool", `${USUAL.join(".")}.pool`],
    [null, "state", USUAL.slice(1).join(".")],
    [USUAL.slice(1).join("."), "state", null],
    ["pool", "pool", "none"],
    ["none", "pool", "pool"],
  ] as const)("switching in %s the column %s gives %s", (cols, id, expected) => {
    expect(withColumn(cols, id)).toBe(expected);
  });

  it("switching twice changes nothing", () => {
    for (const { id } of COLUMNS) {
      expect(ids(withColumn(withColumn("pool.state", id), id))).toEqual(ids("pool.state"));
    }
  });
});

it("orders what is counted by the most first", () => {
  expect(ordersOf("requests")).toEqual(["-requests", "requests"]);
  expect(ordersOf("name")).toEqual(["name", "-name"]);
});
