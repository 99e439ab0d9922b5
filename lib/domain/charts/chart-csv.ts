import { toCsv } from "../csv";
import type { ChartUnit } from "./ticks";
import type { TimeSeriesModel } from "./time-series";

const UNIT_NAMES: Partial<Record<ChartUnit, string>> = {
  per_second: "per second",
  ms: "ms",
  s: "s",
  usd: "USD",
  fraction: "fraction",
  bytes: "bytes",
};

/** What a chart shows as CSV: a row a bucket, its start in RFC 3339, values in full, gaps empty. */
export function chartCsv(model: Pick<TimeSeriesModel, "series" | "rows" | "unit">): string {
  const unit = UNIT_NAMES[model.unit];
  const named = model.series.map(({ label }) => (unit === undefined ? label : `${label} (${unit})`));
  return toCsv([
    ["time", ...named, "complete"],
    ...model.rows.map(({ at, partial, values }) => [
      new Date(at).toISOString(),
      ...model.series.map((_, index) => values[index] ?? null),
      !partial,
    ]),
  ]);
}

/** A file's name for what is called `title`: words and digits only, with the minute it was made. */
export function chartFileName(title: string, at: number, ending: "csv" | "png"): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 80);
  const minute = new Date(at).toISOString().slice(0, 16).replace(":", "");
  return `${words || "chart"}-${minute}Z.${ending}`;
}
