import { DAY, HOUR, MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { type MetricName, metric } from "@/lib/domain/usage/metric";
import { type WallTime, wallTime, zoneOffset } from "@/lib/domain/usage/zone";

// Plain spaces throughout: a single no-break space doubles the price of an SMS. The console keeps units on the line
// with CSS.

/** What stands where a value is missing. */
export const NO_VALUE = "—";

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const MONEY = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MAGNITUDES = [
  { size: 1e15, unit: "P" },
  { size: 1e12, unit: "T" },
  { size: 1e9, unit: "B" },
  { size: 1e6, unit: "M" },
  { size: 1e3, unit: "k" },
] as const;
const BYTES = [
  { size: 1e15, unit: "PB" },
  { size: 1e12, unit: "TB" },
  { size: 1e9, unit: "GB" },
  { size: 1e6, unit: "MB" },
  { size: 1e3, unit: "kB" },
] as const;

/** A number and its unit apart, for places that set them in different sizes; `unit` may be empty. */
export type Quantity = { value: string; unit: string };

type Missing = number | null | undefined;

/** A number in full, grouped, with two decimals at most: "2,879,714". */
export function formatNumber(value: Missing): string {
  return isMissing(value) ? NO_VALUE : unsignedZero(GROUPED.format(value));
}

/** A number short enough for a tile or a cell, `digits` of it kept: "18.42 M", "29.1 k", "4,100". Full below 10,000. */
export function formatMagnitude(value: Missing, digits = 3): string {
  return join(magnitude(value, digits));
}

/** `formatMagnitude`, number and unit apart. */
export function magnitude(value: Missing, digits = 3): Quantity {
  if (isMissing(value)) return { value: NO_VALUE, unit: "" };
  const whole = Math.abs(value) >= 100 ? Math.round(value) : value;
  if (Math.abs(whole) < 10_000) return { value: formatNumber(whole), unit: "" };
  return scaled(value, digits, MAGNITUDES);
}

/** Bytes in decimal units: "512 B", "1.2 MB". */
export function formatBytes(bytes: Missing): string {
  if (isMissing(bytes)) return NO_VALUE;
  if (Math.abs(bytes) < 999.5) return `${unsignedZero(bytes.toFixed(0))} B`;
  return join(scaled(bytes, 3, BYTES));
}

/** A fraction as a percentage of three digits: 0.97 is "97 %". What is not all, or not nothing, never reads as such. */
export function formatPercent(fraction: Missing): string {
  if (isMissing(fraction)) return NO_VALUE;
  const percent = fraction * 100;
  const size = Math.abs(percent);
  if (size > 0 && size < 0.005) return percent > 0 ? "< 0.01 %" : "> -0.01 %";
  if (percent < 100 && percent >= 99.95) return "> 99.9 %";
  // A fraction just over 1 is over the limit, which "100 %" would hide.
  if (percent > 100 && percent < 100.5) return `${percent < 100.05 ? "> 100" : trimmed(percent, 1)} %`;
  return `${size >= 1000 ? formatNumber(Math.round(percent)) : significant(percent, 3, 2)} %`;
}

/** US dollars: "$ 4,318.20"; small amounts keep two digits that say something: "$ 0.00042". */
export function formatUsd(usd: Missing): string {
  if (isMissing(usd)) return NO_VALUE;
  const size = Math.abs(usd);
  const sign = usd < 0 ? "-" : "";
  if (size === 0 || size >= 0.1) return `${sign}$ ${MONEY.format(size)}`;
  const text = significant(size, 2, 6);
  if (text === "0") return "$ 0.00";
  return `${sign}$ ${text.length < 4 ? size.toFixed(2) : text}`;
}

/** US dollars short enough for an axis or a cell: "$ 4.32 k". */
export function formatUsdShort(usd: Missing): string {
  if (isMissing(usd) || Math.abs(usd) < 10_000) return formatUsd(usd);
  return `${usd < 0 ? "-" : ""}$ ${formatMagnitude(Math.abs(usd))}`;
}

/** Micro-USD, as money is stored. */
export function formatMicros(micros: Missing): string {
  return formatUsd(isMissing(micros) ? null : micros / 1e6);
}

/** A span in ms, its two largest units: "412 ms", "2.31 s", "4 min 5 s", "17 h 28 min", "3 d 4 h". */
export function formatMs(ms: Missing): string {
  if (isMissing(ms)) return NO_VALUE;
  if (ms < 0) return `-${formatMs(-ms)}`;
  if (ms < 999.5) return `${significant(ms, 3, 2)} ms`;
  if (ms < 59_950) return `${significant(ms / SECOND, 3, 2)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < HOUR / SECOND) return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(ms / MINUTE);
  if (minutes < DAY / MINUTE) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(ms / HOUR);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h", true);
}

/** A span in seconds, like `formatMs`. */
export function formatSeconds(seconds: Missing): string {
  // A time that ran out is counted in seconds as well.
  if (seconds === 0) return "0 s";
  return formatMs(isMissing(seconds) ? null : seconds * SECOND);
}

/** An instant as seen from `now`: "just now", "42 s ago", "3 min ago", "in 17 h 28 min". */
export function formatRelative(at: Missing, now: number): string {
  if (isMissing(at)) return NO_VALUE;
  const age = now - at;
  if (Math.abs(age) < SECOND) return "just now";
  if (age < 0) return `in ${formatMs(Math.max(SECOND, Math.round(-age / SECOND) * SECOND))}`;
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${formatNumber(Math.floor(age / DAY))} d ago`;
}

/** How somebody reads times: in an IANA zone, by 12 or 24 hours. A zone alone is read by 24, as in messages. */
export type Times = string | { zone: string; hour12: boolean };

/** An instant in full: "Mon, Nov 23, 2026, 14:27:05 UTC+1", "Mon, Nov 23, 2026, 2:27:05 PM UTC+1". */
export function formatInstant(at: Missing, times: Times): string {
  if (isMissing(at)) return NO_VALUE;
  return `${formatDate(at, times)}, ${formatClock(at, times)} ${formatOffset(zoneOf(times), at)}`;
}

/** The date in full: "Mon, Nov 23, 2026". */
export function formatDate(at: Missing, times: Times): string {
  if (isMissing(at)) return NO_VALUE;
  const wall = wallTime(zoneOf(times), at);
  return `${WEEKDAYS[wall.weekday]}, ${monthDay(wall)}, ${wall.year}`;
}

/** An instant as briefly as `now` allows: "14:27" today, "Nov 18, 09:00" this year, else "Nov 18, 2025, 09:00". */
export function formatShortInstant(at: Missing, times: Times, now: number): string {
  if (isMissing(at)) return NO_VALUE;
  const wall = wallTime(zoneOf(times), at);
  const today = wallTime(zoneOf(times), now);
  const clock = formatTime(at, times);
  if (wall.year !== today.year) return `${monthDay(wall)}, ${wall.year}, ${clock}`;
  return wall.month === today.month && wall.day === today.day ? clock : `${monthDay(wall)}, ${clock}`;
}

/** The time of day: "14:27", "2:27 PM". */
export function formatTime(at: Missing, times: Times): string {
  return isMissing(at) ? NO_VALUE : clockOf(at, times, false);
}

/** The time of day to the second: "14:27:05", "2:27:05 PM". */
export function formatClock(at: Missing, times: Times): string {
  return isMissing(at) ? NO_VALUE : clockOf(at, times, true);
}

/** The day: "Nov 23". */
export function formatDay(at: Missing, times: Times): string {
  return isMissing(at) ? NO_VALUE : monthDay(wallTime(zoneOf(times), at));
}

/** A zone's distance from UTC at an instant: "UTC", "UTC+1", "UTC-3:30". */
export function formatOffset(zone: string, at: number): string {
  const minutes = Math.round(zoneOffset(zone, at) / MINUTE);
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? "" : `:${two(size % 60)}`;
  return `UTC${minutes < 0 ? "-" : "+"}${Math.floor(size / 60)}${rest}`;
}

/**
 * A metric's value with its unit: "29.1 k tokens", "1 request", "97 %", "$ 4,318.20", "412 ms".
 * `exact` writes counts and tokens in full, for texts that compare a value with a threshold; `bare` leaves their noun
 * out, for axes and columns that name it.
 */
export function formatMetric(
  name: MetricName,
  value: Missing,
  options: { exact?: boolean; bare?: boolean } = {},
): string {
  if (isMissing(value)) return NO_VALUE;
  const { unit } = metric(name);
  switch (unit) {
    case "fraction":
      return formatPercent(value);
    case "usd":
      return options.bare === true && options.exact !== true ? formatUsdShort(value) : formatUsd(value);
    case "ms":
      return formatMs(value);
    case "s":
      return formatSeconds(value);
    case "count":
    case "tokens": {
      const number = options.exact === true ? formatNumber(value) : formatMagnitude(value);
      return options.bare === true ? number : `${number} ${noun(name, value)}`;
    }
  }
}

function noun(name: MetricName, value: number): string {
  const one = metric(name).unit === "tokens" ? "token" : (NOUNS[name] ?? "request");
  return value === 1 ? one : `${one}${one.endsWith("s") ? "es" : "s"}`;
}

const NOUNS: Partial<Record<MetricName, string>> = { errors: "error", distinct_ips: "address" };

function scaled(value: number, digits: number, scale: readonly { size: number; unit: string }[]): Quantity {
  // Rounding may carry 999.96 k over to 1 M, so the unit is chosen by the rounded number.
  const rounded = Number(value.toPrecision(digits));
  const step = scale.find(({ size }) => Math.abs(rounded) >= size) ?? scale.at(-1);
  if (step === undefined) return { value: formatNumber(value), unit: "" };
  const shown = rounded / step.size;
  const text = Math.abs(shown) >= 1000 ? formatNumber(shown) : significant(shown, digits, digits);
  return { value: text, unit: step.unit };
}

/** `digits` significant digits and `decimals` decimals at most, never in exponent form, without trailing zeros. */
function significant(value: number, digits: number, decimals: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  return trimmed(rounded, Math.min(Math.max(0, digits - 1 - exponent), decimals));
}

function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return unsignedZero(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
}

function unsignedZero(text: string): string {
  return text === "-0" ? "0" : text;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string, grouped = false): string {
  const first = `${grouped ? formatNumber(large) : large} ${largeUnit}`;
  return small === 0 ? first : `${first} ${small} ${smallUnit}`;
}

function join({ value, unit }: Quantity): string {
  return unit === "" ? value : `${value} ${unit}`;
}

function isMissing(value: Missing): value is null | undefined {
  return value === null || value === undefined || !Number.isFinite(value);
}

function monthDay(wall: WallTime): string {
  return `${MONTHS[wall.month - 1]} ${wall.day}`;
}

function zoneOf(times: Times): string {
  return typeof times === "string" ? times : times.zone;
}

function clockOf(at: number, times: Times, seconds: boolean): string {
  const { hour, minute, second } = wallTime(zoneOf(times), at);
  const rest = seconds ? `${two(minute)}:${two(second)}` : two(minute);
  if (typeof times === "string" || !times.hour12) return `${two(hour)}:${rest}`;
  return `${hour % 12 || 12}:${rest} ${hour < 12 ? "AM" : "PM"}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
