import type { Point } from "../usage/steps";
import { floorBucket, type Range } from "../usage/window";
import type { ColorToken } from "./series-look";
import { type ChartUnit, type TimeTick, timeTicks, valueTicks } from "./ticks";

/** Areas and bars are stacked, lines are not. */
export type ChartKind = "area" | "line" | "bar";

/** One series as a query gives it: points at bucket starts, in any order, some perhaps missing. */
export type SeriesInput = {
  key: string;
  label: string;
  color: ColorToken;
  points: readonly Point[];
  /** Fills its area strongly and without an outline, so that it shows when there is little of it and not when none. */
  solid?: boolean;
  /** For comparison only: drawn as a broken line, beside the stack and not in it. */
  ghost?: boolean;
};

/** A level drawn across the chart, such as a rule's threshold or a limit; in the chart's unit. */
export type Threshold = { value: number; label: string; severity: "warning" | "critical" | "limit" };

/** A stretch of time shaded behind the chart: an incident, a note on what happened meanwhile. */
export type Span = Range & { label: string; severity: "warning" | "critical" | "note" };

/** A moment drawn across the chart: when a threshold was crossed, when it was over. */
export type Mark = { at: number; label: string };

/** `values` stand in the order of the model's series; null is a gap. */
export type ChartRow = { at: number; partial: boolean; values: (number | null)[] };

/** `last` is the latest complete value, `peak` the highest; both in the chart's unit. */
type ChartSeries = {
  key: string;
  label: string;
  color: ColorToken;
  solid: boolean;
  ghost: boolean;
  last: number | null;
  peak: number | null;
};

export type TimeSeriesModel = {
  kind: ChartKind;
  unit: ChartUnit;
  zone: string;
  stepMs: number;
  rows: ChartRow[];
  series: ChartSeries[];
  thresholds: Threshold[];
  /** What the axis has to reach, whatever is drawn. */
  reach: number;
  /** Those within the chart; of its last bucket, where what happens in that one is drawn. */
  marks: Mark[];
  /** Cut to the chart; those outside are left out. */
  spans: Span[];
  /** The axis goes from 0 to the last tick. */
  yTicks: number[];
  yMax: number;
  xTicks: TimeTick[];
  /** The start of the bucket that is still filling, when the chart shows it. */
  partialFrom: number | null;
  /** No series has a value other than 0. */
  empty: boolean;
};

export type PrepareOptions = Range & {
  now: number;
  stepMs: number;
  zone: string;
  kind: ChartKind;
  unit: Exclude<ChartUnit, "per_second">;
  /**
   * Divide sums by the bucket's length, the bucket still filling by its age. Before a quarter of it has passed that
   * would be chance, so the rate before it fills up the quarter.
   */
  perSecond?: boolean;
  thresholds?: readonly Threshold[];
  /** A value that the axis has to reach, however far it is from the others. */
  reach?: number;
  marks?: readonly Mark[];
  spans?: readonly Span[];
  /** The top of the axis drawn before: it is kept while it still fits, so that live charts do not jump. */
  previousMax?: number | undefined;
  mostTimeTicks?: number;
};

/**
 * A chart ready to be drawn: one row a bucket over [from, to) with nothing missing, gaps as null, the axes' marks.
 * Buckets that have not begun by `now` are gaps, whatever the query says of them.
 */
export function prepareTimeSeries(inputs: readonly SeriesInput[], options: PrepareOptions): TimeSeriesModel {
  const {
    from,
    to,
    now,
    stepMs,
    zone,
    kind,
    unit,
    perSecond = false,
    thresholds = [],
    reach = 0,
    marks = [],
    spans = [],
  } = options;
  const byTime = inputs.map((input) => new Map(input.points));
  const rows: ChartRow[] = [];
  for (let at = floorBucket(from, stepMs); at < to; at += stepMs) {
    const partial = at <= now && at + stepMs > now;
    const values = byTime.map((points, index) => {
      const value = at > now ? null : (points.get(at) ?? null);
      if (value === null || !perSecond) return value;
      // What a ghost shows is long complete.
      const age = inputs[index]?.ghost === true ? stepMs : now - at;
      return rate(value, points.get(at - stepMs) ?? 0, age, stepMs);
    });
    rows.push({ at, partial, values });
  }
  const first = rows[0]?.at ?? from;
  const last = rows.at(-1)?.at ?? to;
  const series = inputs.map(({ key, label, color, solid = false, ghost = false }, index) => ({
    key,
    label,
    color,
    solid,
    ghost,
    last: rows.findLast((row) => !row.partial && row.values[index] !== null)?.values[index] ?? null,
    peak: highest(rows.map((row) => row.values[index] ?? null)),
  }));
  const model = {
    kind,
    unit: perSecond ? ("per_second" as const) : unit,
    zone,
    stepMs,
    rows,
    series,
    thresholds: [...thresholds],
    reach,
    marks: marks.flatMap((mark) =>
      mark.at < first || mark.at >= last + stepMs ? [] : [{ ...mark, at: Math.min(mark.at, last) }],
    ),
    spans: spans.flatMap((span) => clipped(span, first, last, stepMs)),
    xTicks: timeTicks(first, last, zone, options.mostTimeTicks ?? 6),
    partialFrom: rows.find((row) => row.partial)?.at ?? null,
    // A share of nothing is no value, so one of 0 was measured.
    empty: series.every(({ peak }) => peak === null || (peak === 0 && unit !== "fraction")),
  };
  return { ...model, ...valueAxis(model, options.previousMax) };
}

/** The same chart without some of its series, its scale fitted to the rest. */
export function withoutSeries(model: TimeSeriesModel, hidden: ReadonlySet<string>): TimeSeriesModel {
  if (!model.series.some(({ key }) => hidden.has(key))) return model;
  const kept = model.series.flatMap(({ key }, index) => (hidden.has(key) ? [] : [index]));
  const rest = {
    ...model,
    series: pick(model.series, kept),
    rows: model.rows.map((row) => ({ ...row, values: pick(row.values, kept) })),
  };
  return { ...rest, ...valueAxis(rest, undefined) };
}

/** What a second of a bucket holds that is `age` ms old and follows one that held `before`. */
function rate(value: number, before: number, age: number, stepMs: number): number {
  if (age >= stepMs) return (value / stepMs) * 1000;
  const enough = stepMs / 4;
  const missing = Math.max(0, enough - age);
  return ((value + (before / stepMs) * missing) / (age + missing)) * 1000;
}

/** What of a span the chart shows: it ends at the start of its last bucket, where what happens in that one is drawn. */
function clipped(span: Span, first: number, last: number, stepMs: number): Span[] {
  if (span.to < first || span.from >= last + stepMs) return [];
  return [{ ...span, from: Math.min(Math.max(span.from, first), last), to: Math.min(span.to, last) }];
}

/** What the value axis must reach: the highest value or stack, and thresholds that are not far above it. */
function valueAxis(
  model: Pick<TimeSeriesModel, "rows" | "kind" | "unit" | "thresholds" | "reach" | "series">,
  previous: number | undefined,
): Pick<TimeSeriesModel, "yTicks" | "yMax"> {
  const tops = model.rows.map(({ values }) =>
    model.kind === "line" ? highest(values) : highest([stackHeight(model, values), ...ghosts(model, values)]),
  );
  const top = highest(tops) ?? 0;
  const near = model.thresholds.map(({ value }) => value).filter((value) => top === 0 || value <= top * 4);
  const needed = Math.max(top, ...near, model.reach);
  const fits = previous !== undefined && needed <= previous && needed > previous * 0.4;
  const yTicks = valueTicks(fits ? previous : needed, model.unit);
  return { yTicks, yMax: yTicks.at(-1) ?? 1 };
}

type Values = readonly (number | null)[];

/** What a row's stack adds up to, ghosts left out; null where nothing is known. */
export function stackHeight({ series }: Pick<TimeSeriesModel, "series">, values: Values): number | null {
  const stacked = values.filter((_, index) => series[index]?.ghost !== true);
  if (stacked.every((value) => value === null)) return null;
  return stacked.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

const ghosts = ({ series }: Pick<TimeSeriesModel, "series">, values: Values): Values =>
  values.filter((_, index) => series[index]?.ghost === true);

function highest(values: Values): number | null {
  let found: number | null = null;
  for (const value of values) if (value !== null && (found === null || value > found)) found = value;
  return found;
}

function pick<T>(all: readonly T[], indexes: readonly number[]): T[] {
  return indexes.flatMap((index) => all.slice(index, index + 1));
}
