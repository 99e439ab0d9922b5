import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METRIC_NAMES, type MetricName } from "@/lib/domain/usage/metric";
import {
  formatBytes,
  formatClock,
  formatDay,
  formatInstant,
  formatMagnitude,
  formatMetric,
  formatMicros,
  formatMs,
  formatNumber,
  formatOffset,
  formatPercent,
  formatRelative,
  formatSeconds,
  formatShortInstant,
  formatTime,
  formatUsd,
  formatUsdShort,
  magnitude,
} from "./format";

const NOW = Date.parse("2026-11-23T13:27:05Z");
const [S, MIN, H, D] = [1_000, 60_000, 3_600_000, 86_400_000];

describe("numbers", () => {
  test.each([
    [0, "0"],
    [-0, "0"],
    [-0.001, "0"],
    [1000, "1,000"],
    [2_879_714, "2,879,714"],
    [1.239, "1.24"],
    [-1234.5, "-1,234.5"],
    [1e21, "1,000,000,000,000,000,000,000"],
    [null, "—"],
    [undefined, "—"],
    [Number.NaN, "—"],
    [Number.POSITIVE_INFINITY, "—"],
  ])("%s in full is %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test.each([
    [0, "0"],
    [0.5, "0.5"],
    [4100, "4,100"],
    [9999, "9,999"],
    [9999.4, "9,999"],
    [9999.6, "10 k"],
    [10_000, "10 k"],
    [29_123, "29.1 k"],
    [100_000, "100 k"],
    [999_499, "999 k"],
    [999_500, "1 M"],
    [18_420_000, "18.4 M"],
    [9_070_000_000, "9.07 B"],
    [1.5e12, "1.5 T"],
    [2e15, "2 P"],
    [-29_123, "-29.1 k"],
    [Number.MAX_SAFE_INTEGER, "9.01 P"],
    [1e19, "10,000 P"],
    [null, "—"],
  ])("%s in short is %s", (value, text) => {
    expect(formatMagnitude(value)).toBe(text);
  });

  test("keep as many digits as a tile wants, number and unit apart", () => {
    expect(magnitude(18_419_600, 4)).toEqual({ value: "18.42", unit: "M" });
    expect(magnitude(12, 4)).toEqual({ value: "12", unit: "" });
    expect(magnitude(null)).toEqual({ value: "—", unit: "" });
  });

  test.each([
    [0, "0 B"],
    [512, "512 B"],
    [999, "999 B"],
    [999.7, "1 kB"],
    [1_200_000, "1.2 MB"],
    [3.25e9, "3.25 GB"],
    [7e12, "7 TB"],
    [null, "—"],
  ])("%s bytes are %s", (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });
});

test.each([
  [0, "0 %"],
  [0.97, "97 %"],
  [0.114, "11.4 %"],
  [0.0131, "1.31 %"],
  [0.004, "0.4 %"],
  [0.00012, "0.01 %"],
  [0.00001, "< 0.01 %"],
  [0.9994, "99.9 %"],
  [0.99951, "> 99.9 %"],
  [0.9999999, "> 99.9 %"],
  [1, "100 %"],
  [1.0001, "> 100 %"],
  [1.002, "100.2 %"],
  [1.25, "125 %"],
  [31.456, "3,146 %"],
  [-0.05, "-5 %"],
  [null, "—"],
])("the fraction %s is %s", (value, text) => {
  expect(formatPercent(value)).toBe(text);
});

describe("money", () => {
  test.each([
    [0, "$ 0.00"],
    [4318.2, "$ 4,318.20"],
    [0.5, "$ 0.50"],
    [0.1, "$ 0.10"],
    [0.05, "$ 0.05"],
    [0.0123, "$ 0.012"],
    [0.00042, "$ 0.00042"],
    [0.000001, "$ 0.000001"],
    [0.0000001, "$ 0.00"],
    [-12.5, "-$ 12.50"],
    [1234567.891, "$ 1,234,567.89"],
    [null, "—"],
  ])("%s dollars are %s", (value, text) => {
    expect(formatUsd(value)).toBe(text);
  });

  test("is stored in micro-dollars", () => {
    expect(formatMicros(4_318_200_000)).toBe("$ 4,318.20");
    expect(formatMicros(null)).toBe("—");
  });

  test.each([
    [9_999, "$ 9,999.00"],
    [43_182, "$ 43.2 k"],
    [-43_182, "-$ 43.2 k"],
    [null, "—"],
  ])("%s dollars in short are %s", (value, text) => {
    expect(formatUsdShort(value)).toBe(text);
  });
});

describe("time", () => {
  test.each([
    [0, "0 ms"],
    [0.95, "0.95 ms"],
    [412, "412 ms"],
    [412.6, "413 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [2310, "2.31 s"],
    [12_340, "12.3 s"],
    [59_940, "59.9 s"],
    [59_950, "1 min"],
    [60 * S, "1 min"],
    [65 * S, "1 min 5 s"],
    [59 * MIN + 59.7 * S, "1 h"],
    [17 * H + 28 * MIN, "17 h 28 min"],
    [23 * H + 59.6 * MIN, "1 d"],
    [3 * D + 4 * H, "3 d 4 h"],
    [1500 * D, "1,500 d"],
    [-412, "-412 ms"],
    [null, "—"],
  ])("%s ms are %s", (value, text) => {
    expect(formatMs(value)).toBe(text);
  });

  test("in seconds reads the same", () => {
    expect(formatSeconds(62_880)).toBe("17 h 28 min");
    expect(formatSeconds(null)).toBe("—");
    expect(formatSeconds(0)).toBe("0 s");
  });

  test.each([
    [0, "just now"],
    [-999, "just now"],
    [999, "just now"],
    [-1 * S, "1 s ago"],
    [-59_999, "59 s ago"],
    [-3.9 * MIN, "3 min ago"],
    [-1 * H, "1 h ago"],
    [-23.9 * H, "23 h ago"],
    [-2 * D, "2 d ago"],
    [1.2 * S, "in 1 s"],
    [42 * S, "in 42 s"],
    [17 * H + 28 * MIN, "in 17 h 28 min"],
  ])("%s ms from now is %s", (distance, text) => {
    expect(formatRelative(NOW + distance, NOW)).toBe(text);
  });

  test("missing is shown as missing", () => {
    expect(formatRelative(null, NOW)).toBe("—");
    expect(formatInstant(null, "UTC")).toBe("—");
    expect(formatShortInstant(null, "UTC", NOW)).toBe("—");
    expect(formatClock(null, "UTC")).toBe("—");
    expect(formatDay(null, "UTC")).toBe("—");
  });

  test.each([
    ["UTC", "Mon, Nov 23, 2026, 13:27:05 UTC"],
    ["Europe/Berlin", "Mon, Nov 23, 2026, 14:27:05 UTC+1"],
    ["Asia/Kolkata", "Mon, Nov 23, 2026, 18:57:05 UTC+5:30"],
    ["America/St_Johns", "Mon, Nov 23, 2026, 09:57:05 UTC-3:30"],
    ["Pacific/Auckland", "Tue, Nov 24, 2026, 02:27:05 UTC+13"],
  ])("in %s reads %s", (zone, text) => {
    expect(formatInstant(NOW, zone)).toBe(text);
  });

  test.each([
    ["2026-11-23T13:27:05Z", "14:27"],
    ["2026-11-22T23:00:00Z", "00:00"],
    ["2026-11-22T22:59:00Z", "Nov 22, 23:59"],
    ["2026-12-01T08:00:00Z", "Dec 1, 09:00"],
    ["2025-11-23T13:27:05Z", "Nov 23, 2025, 14:27"],
  ])("in short, %s is %s in Berlin", (instant, text) => {
    expect(formatShortInstant(Date.parse(instant), "Europe/Berlin", NOW)).toBe(text);
  });

  test.each([
    ["2026-11-23T13:27:05Z", "2:27:05 PM"],
    ["2026-11-22T23:00:00Z", "12:00:00 AM"],
    ["2026-11-23T11:00:09Z", "12:00:09 PM"],
    ["2026-11-23T10:59:59Z", "11:59:59 AM"],
  ])("by twelve hours %s is %s in Berlin, long or short", (instant, text) => {
    const times = { zone: "Europe/Berlin", hour12: true };
    const at = Date.parse(instant);
    const short = text.replace(/:\d\d(?= )/, "");
    expect(formatClock(at, times)).toBe(text);
    expect(formatTime(at, times)).toBe(short);
    expect(formatShortInstant(at, times, at)).toBe(short);
    expect(formatInstant(at, times)).toBe(`Mon, Nov 23, 2026, ${text} UTC+1`);
    const by24 = { ...times, hour12: false };
    expect(formatInstant(at, by24)).toBe(formatInstant(at, "Europe/Berlin"));
  });

  test("of day and day in a zone", () => {
    expect(formatClock(NOW, "Pacific/Auckland")).toBe("02:27:05");
    expect(formatDay(NOW, "Pacific/Auckland")).toBe("Nov 24");
    expect(formatOffset("Europe/Berlin", Date.parse("2026-07-01T00:00:00Z"))).toBe("UTC+2");
  });
});

describe("metrics", () => {
  test.each<[MetricName, number | null, string]>([
    ["requests", 1, "1 request"],
    ["requests", 0, "0 requests"],
    ["requests", 2_879_714, "2.88 M requests"],
    ["errors", 1, "1 error"],
    ["errors", 12, "12 errors"],
    ["throttled", 800, "800 requests"],
    ["error_rate", 0.114, "11.4 %"],
    ["throttle_rate", 0, "0 %"],
    ["input_tokens", 29_123, "29.1 k tokens"],
    ["total_tokens", 1, "1 token"],
    ["cost_usd", 4318.2, "$ 4,318.20"],
    ["latency_p50", 412, "412 ms"],
    ["latency_p99", 2310, "2.31 s"],
    ["distinct_ips", 1, "1 address"],
    ["distinct_ips", 3, "3 addresses"],
    ["seconds_since_last_event", 300, "5 min"],
    ["limit_used", 0.82, "82 %"],
    ["seconds_to_exhaustion", 62_880, "17 h 28 min"],
    ["latency_p95", null, "—"],
  ])("%s of %s is %s", (name, value, text) => {
    expect(formatMetric(name, value)).toBe(text);
  });

  test("are exact where they stand beside a threshold, and bare on an axis", () => {
    expect(formatMetric("requests", 1_000_400, { exact: true })).toBe("1,000,400 requests");
    expect(formatMetric("total_tokens", 29_123, { bare: true })).toBe("29.1 k");
    expect(formatMetric("cost_usd", 43_182, { bare: true })).toBe("$ 43.2 k");
    expect(formatMetric("cost_usd", 43_182, { bare: true, exact: true })).toBe("$ 43,182.00");
    expect(formatMetric("error_rate", 0.5, { bare: true })).toBe("50 %");
  });

  test("always have a unit, and never an exponent, whatever their size", () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1e21, noNaN: true }), fc.nat());
    fc.assert(
      fc.property(fc.constantFrom(...METRIC_NAMES), value, (name, each) => {
        const text = formatMetric(name, each);
        expect(text).not.toMatch(/e[+-]?\d|NaN|Infinity|undefined/);
        expect(text).toMatch(/^[<>]? ?[$]? ?\d[\d,.]* ?.*( [a-zA-Z%]+|\$.*)$|^\$ [\d,.]+$/);
      }),
      { numRuns: 1_000 },
    );
  });
});

test("short numbers stay within half a digit of the value, and fit a cell", () => {
  const read = (text: string) => {
    const [number = "", unit = ""] = text.split(" ");
    return Number(number.replaceAll(",", "")) * ({ k: 1e3, M: 1e6, B: 1e9, T: 1e12, P: 1e15 }[unit] ?? 1);
  };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (value) => {
      const text = formatMagnitude(value);
      expect(text.length).toBeLessThanOrEqual(7);
      expect(Math.abs(read(text) - value)).toBeLessThanOrEqual(value * 0.00501);
    }),
  );
});

test("percentages never claim all or nothing where there is some", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (fraction) => {
      expect(["0 %", "100 %"]).not.toContain(formatPercent(fraction));
    }),
  );
});
