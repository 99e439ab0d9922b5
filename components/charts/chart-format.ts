import type { ChartUnit, TimeTick } from "@/lib/domain/charts/ticks";
import {
  formatBytes,
  formatClock,
  formatDate,
  formatDay,
  formatMagnitude,
  formatMs,
  formatNumber,
  formatOffset,
  formatPercent,
  formatSeconds,
  formatTime,
  formatUsd,
  formatUsdShort,
  NO_VALUE,
  type Times,
} from "@/lib/format";

const DAY = 86_400_000;

/** A mark of the value axis, as short as it can be. */
export function axisValue(value: number, unit: ChartUnit): string {
  switch (unit) {
    case "fraction":
      return formatPercent(value);
    case "usd":
      // Cents are for marks that have some.
      return Number.isInteger(value) ? `$ ${formatMagnitude(value)}` : formatUsdShort(value);
    case "ms":
      return formatMs(value);
    case "s":
      return formatSeconds(value);
    case "bytes":
      return formatBytes(value);
    case "per_second":
      // Sparse traffic: a few calls an hour are thousandths a second.
      if (value !== 0 && Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
      return formatMagnitude(value);
    case "count":
    case "tokens":
      return formatMagnitude(value);
  }
}

/** A value with its unit, for tooltips, legends and tables. */
export function fullValue(value: number | null, unit: ChartUnit): string {
  if (value === null) return NO_VALUE;
  switch (unit) {
    case "per_second":
      return `${value < 100 ? formatMagnitude(value, 3) : formatNumber(Math.round(value))}/s`;
    case "count":
      return formatNumber(value);
    case "tokens":
      return formatMagnitude(value, 4);
    case "usd":
      return formatUsd(value);
    default:
      return axisValue(value, unit);
  }
}

/** The words of a mark on the time axis. */
export function tickLabel({ at, kind }: TimeTick, times: Times): string {
  if (kind === "second") return formatClock(at, times);
  if (kind === "minute") return formatTime(at, times);
  const day = formatDay(at, times);
  return kind === "day" ? day : day.replace(/ \d+$/, "");
}

/** When a row of a chart's table begins: "Nov 23, 14:20:10", as much of it as the step needs. */
export function rowLabel(at: number, stepMs: number, times: Times): string {
  const day = formatDay(at, times);
  return stepMs >= DAY ? day : `${day}, ${clockOf(stepMs)(at, times)}`;
}

/** The span a point stands for: "Mon, Nov 23, 2026, 14:20:10 – 14:20:20 UTC+1". A day is its date alone. */
export function bucketLabel(at: number, stepMs: number, times: Times): string {
  const clock = clockOf(stepMs);
  const span = stepMs >= DAY ? "" : `, ${clock(at, times)} – ${clock(at + stepMs, times)}`;
  return `${formatDate(at, times)}${span} ${formatOffset(typeof times === "string" ? times : times.zone, at)}`;
}

/** Seconds are said where steps have them. */
const clockOf = (stepMs: number) => (stepMs % 60_000 === 0 ? formatTime : formatClock);
