import { describe, expect, it } from "vitest";
import { axisValue, bucketLabel, fullValue, rowLabel, tickLabel } from "./chart-format";

const AT = Date.UTC(2026, 10, 23, 13, 20, 10);

describe("bucketLabel", () => {
  it("names the span in the viewer's zone", () => {
    expect(bucketLabel(AT, 10_000, "Europe/Berlin")).toBe("Mon, Nov 23, 2026, 14:20:10 – 14:20:20 UTC+1");
  });

  it("reads by twelve hours for who does", () => {
    const times = { zone: "Europe/Berlin", hour12: true };
    expect(bucketLabel(AT, 10_000, times)).toBe("Mon, Nov 23, 2026, 2:20:10 PM – 2:20:20 PM UTC+1");
    expect(rowLabel(AT, 60_000, times)).toBe("Nov 23, 2:20 PM");
    expect(tickLabel({ at: AT, kind: "minute" }, times)).toBe("2:20 PM");
  });

  it("leaves out seconds of whole minutes, and times of days", () => {
    expect(bucketLabel(AT - 10_000, 60_000, "UTC")).toBe("Mon, Nov 23, 2026, 13:20 – 13:21 UTC");
    expect(bucketLabel(Date.UTC(2026, 10, 23), 86_400_000, "UTC")).toBe("Mon, Nov 23, 2026 UTC");
  });

  it("shows the hour that the clock repeats as it reads", () => {
    expect(bucketLabel(Date.UTC(2026, 9, 25, 0, 30), 3_600_000, "Europe/Berlin")).toContain("02:30 – 02:30");
  });
});

describe("rowLabel", () => {
  it.each([
    [10_000, "Nov 23, 14:20:10"],
    [60_000, "Nov 23, 14:20"],
    [86_400_000, "Nov 23"],
  ])("of a step of %d ms", (step, label) => {
    expect(rowLabel(AT, step, "Europe/Berlin")).toBe(label);
  });
});

describe("tickLabel", () => {
  it.each([
    ["second", "14:20:10"],
    ["minute", "14:20"],
    ["day", "Nov 23"],
    ["month", "Nov"],
  ] as const)("gives a %s mark as much as it needs", (kind, label) => {
    expect(tickLabel({ at: AT, kind }, "Europe/Berlin")).toBe(label);
  });
});

describe("values", () => {
  it("carries the unit", () => {
    expect(axisValue(0.25, "fraction")).toBe("25 %");
    expect(axisValue(500, "usd")).toBe("$ 500");
    expect(axisValue(1_500, "usd").length).toBeLessThanOrEqual(7);
    expect(axisValue(2.5, "usd")).toBe("$ 2.50");
    expect(axisValue(1_000, "ms")).toBe("1 s");
    expect(axisValue(0.0025, "per_second")).toBe("0.0025");
    expect(axisValue(0.25, "per_second")).toBe("0.25");
    expect(fullValue(1_234.4, "per_second")).toBe("1,234/s");
    expect(fullValue(0.5, "per_second")).toBe("0.5/s");
    expect(fullValue(null, "count")).toBe("—");
  });
});
