import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartCsv, chartFileName } from "./chart-csv";
import { prepareTimeSeries } from "./time-series";

const AT = Date.UTC(2026, 10, 26, 10, 0);
const options = {
  from: AT,
  to: AT + 180_000,
  now: AT + 150_000,
  stepMs: 60_000,
  zone: "Europe/Berlin",
  kind: "line",
  unit: "ms",
} as const;

describe("chartCsv", () => {
  it("has a row a bucket, in UTC, with gaps empty and the bucket that still fills marked", () => {
    const model = prepareTimeSeries(
      [
        {
          key: "p50",
          label: "p50",
          color: "--series-1",
          points: [
            [AT, 120.5],
            [AT + 120_000, 80],
          ],
        },
        { key: "p95", label: 'p95, "slow"', color: "--series-2", points: [[AT + 60_000, 900]] },
      ],
      options,
    );
    expect(chartCsv(model).split("\r\n")).toEqual([
      'time,p50 (ms),"p95, ""slow"" (ms)",complete',
      "2026-11-26T10:00:00.000Z,120.5,,true",
      "2026-11-26T10:01:00.000Z,,900,true",
      "2026-11-26T10:02:00.000Z,80,,false",
      "",
    ]);
  });

  it("gives back every value of the chart", () => {
    const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }));
    fc.assert(
      fc.property(fc.array(fc.array(value, { minLength: 3, maxLength: 3 }), { maxLength: 4 }), (columns) => {
        const model = prepareTimeSeries(
          columns.map((values, index) => ({
            key: String(index),
            label: `=series ${index}`,
            color: "--series-1",
            points: values.map((one, place) => [AT + place * 60_000, one]),
          })),
          options,
        );
        const [, ...rows] = parse(chartCsv(model)) as string[][];
        expect(
          rows.map((row) => row.slice(1, -1).map((cell) => (cell === "" ? null : Number(cell)))),
        ).toEqual(model.rows.map(({ values }) => values.map((one) => (Object.is(one, -0) ? 0 : one))));
      }),
      { numRuns: 30 },
    );
  });
});

it.each([
  ["Requests per second, by outcome", "requests-per-second-by-outcome-2026-11-26T1000Z.csv"],
  ["../../etc/passwd\u202E", "etc-passwd-2026-11-26T1000Z.csv"],
  ["***", "chart-2026-11-26T1000Z.csv"],
])("names a file after %j", (title, name) => {
  expect(chartFileName(title, AT, "csv")).toBe(name);
});
