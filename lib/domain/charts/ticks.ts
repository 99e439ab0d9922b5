import { DAY, HOUR, MINUTE, SECOND } from "../usage/duration";
import type { MetricUnit } from "../usage/metric";
import { instantOfWall, wallTime, zoneOffset } from "../usage/zone";

/** What a chart's values are: a metric's unit, or how many of it a second. */
export type ChartUnit = MetricUnit | "per_second" | "bytes";

/** A mark on the time axis. `kind` says how much of the date its label needs. */
export type TimeTick = { at: number; kind: "second" | "minute" | "day" | "month" };

const DECIMAL_STEPS = [1, 2, 2.5, 5, 10];
const COUNT_STEPS = [1, 2, 5, 10];
const SPAN_STEPS_MS = [
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
];

/**
 * Round marks from 0 to the first one at or above `max`, four or five of them. Counts never get fractions, spans go
 * by minutes and hours, and a chart of nothing still gets a scale.
 */
export function valueTicks(max: number, unit: ChartUnit, wanted = 4): number[] {
  const top = max > 0 && Number.isFinite(max) ? max : emptyTop(unit);
  const step = valueStep(top / wanted, unit);
  const count = Math.max(1, Math.ceil(top / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function valueStep(least: number, unit: ChartUnit): number {
  if (unit === "count" || unit === "tokens" || unit === "bytes")
    return Math.max(1, decimalStep(least, least < 10));
  const scale = unit === "ms" ? 1 : unit === "s" ? SECOND : 0;
  if (scale > 0 && least * scale > 30 * SECOND) {
    const span = SPAN_STEPS_MS.find((size) => size >= least * scale);
    return (span ?? DAY * decimalStep((least * scale) / DAY, true)) / scale;
  }
  return decimalStep(least, false);
}

function decimalStep(least: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const steps = whole ? COUNT_STEPS : DECIMAL_STEPS;
  const factor = steps.find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function emptyTop(unit: ChartUnit): number {
  if (unit === "fraction") return 0.04;
  if (unit === "ms") return 100;
  return unit === "usd" ? 1 : 4;
}

const TIME_STEPS = [
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
];
const MONTH_STEPS = [1, 2, 3, 6, 12];

/**
 * Marks at round times of the zone's wall clock within [from, to], `most` of them at most. On the days when the clock
 * changes they stay at round times: a skipped one is left out, of one that comes twice the hour marks keep both.
 */
export function timeTicks(from: number, to: number, zone: string, most: number): TimeTick[] {
  const room = Math.max(1, most);
  const step = TIME_STEPS.find((size) => (to - from) / size <= room);
  return step === undefined ? monthTicks(from, to, zone, room) : stepTicks(from, to, zone, step);
}

function stepTicks(from: number, to: number, zone: string, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const wallFrom = from + zoneOffset(zone, from);
  const wallTo = to + zoneOffset(zone, to) + HOUR;
  for (let wall = Math.floor((wallFrom - HOUR) / step) * step; wall <= wallTo; wall += step) {
    for (const at of instants(zone, wall, step)) {
      if (at >= from && at <= to) ticks.push({ at, kind: tickKind(zone, at, step) });
    }
  }
  return ticks.sort((a, b) => a.at - b.at).filter((tick, index, all) => tick.at !== all[index - 1]?.at);
}

/** When the wall clock shows `wall`: once, twice in autumn (for marks of an hour or less), in spring perhaps never. */
function instants(zone: string, wall: number, step: number): number[] {
  const first = instantOfWall(zone, wall);
  if (first + zoneOffset(zone, first) !== wall) return step >= DAY ? [first] : [];
  if (step > HOUR) return [first];
  const later = [30 * MINUTE, HOUR].map((shift) => first + shift);
  return [first, ...later.filter((at) => at + zoneOffset(zone, at) === wall)];
}

function tickKind(zone: string, at: number, step: number): TimeTick["kind"] {
  const wall = wallTime(zone, at);
  if (step >= DAY || (wall.hour === 0 && wall.minute === 0 && wall.second === 0)) return "day";
  return step < MINUTE ? "second" : "minute";
}

function monthTicks(from: number, to: number, zone: string, most: number): TimeTick[] {
  const start = wallTime(zone, from);
  const end = wallTime(zone, to);
  const months = (end.year - start.year) * 12 + end.month - start.month;
  const step = MONTH_STEPS.find((size) => months / size <= most) ?? 12 * Math.ceil(months / 12 / most);
  const ticks: TimeTick[] = [];
  const first = Math.ceil((start.year * 12 + start.month - 1) / step) * step;
  for (let month = first; month <= end.year * 12 + end.month - 1; month += step) {
    const at = instantOfWall(zone, Date.UTC(Math.floor(month / 12), month % 12, 1));
    if (at >= from && at <= to) ticks.push({ at, kind: "month" });
  }
  return ticks;
}
