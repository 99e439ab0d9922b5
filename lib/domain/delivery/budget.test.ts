import { describe, expect, it } from "vitest";
import { budgetDay, budgetUsedUntil } from "./budget";

const NOW = Date.parse("2026-11-26T23:30:00Z");
const budget = { per_day: 10, per_month: 100, time_zone: "Europe/Berlin" };

describe("the SMS budget", () => {
  const table: [string, Partial<typeof budget> | object, [number, number], number, string | null][] = [
    ["has room", budget, [9, 99], 1, null],
    ["is used up for the day", budget, [10, 20], 1, "2026-11-27T23:00:00.000Z"],
    ["has no room for two numbers", budget, [9, 20], 2, "2026-11-27T23:00:00.000Z"],
    ["is used up for the month", budget, [0, 100], 1, "2026-11-30T23:00:00.000Z"],
    ["of nothing", { ...budget, per_day: 0 }, [0, 0], 1, "2026-11-27T23:00:00.000Z"],
    ["without a bound", { ...budget, per_day: null, per_month: null }, [999, 9_999], 1, null],
  ];
  it.each(table)("%s", (_name, given, [today, thisMonth], wanted, expected) => {
    const until = budgetUsedUntil({ ...budget, ...given }, { today, thisMonth }, wanted, NOW);
    expect(until === null ? null : new Date(until).toISOString()).toBe(expected);
  });

  it("counts by days of its zone", () => {
    expect(budgetDay("Europe/Berlin", NOW)).toBe("2026-11-27");
    expect(budgetDay("UTC", NOW)).toBe("2026-11-26");
  });
});
