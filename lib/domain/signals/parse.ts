import { formatDuration } from "../usage/duration";

/** No wait or window longer than this is believed: 400 days. */
export const MAX_AHEAD_S = 400 * 86_400;

/** A reset this far in the past still counts as "now" (clock skew, late events). */
const MAX_BEHIND_MS = 86_400_000;

const MAX_COUNT = 1e15;
const DECIMAL = /^\d{1,16}(?:\.\d{1,12})?$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const HTTP_DATE = /^[A-Za-z]{3,9}, (\d{2})[ -]([A-Za-z]{3})[ -](\d{4}|\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const ASCTIME_DATE = /^[A-Za-z]{3} ([A-Za-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const UNIT_S = new Map([
  ["ns", 1e-9],
  ["us", 1e-6],
  ["µs", 1e-6],
  ["μs", 1e-6],
  ["ms", 1e-3],
  ["s", 1],
  ["m", 60],
  ["h", 3_600],
  ["d", 86_400],
]);

/** A plain non-negative decimal, without sign, exponent or base prefix; null for anything else. */
function readDecimal(text: string): number | null {
  return text.length <= 32 && DECIMAL.test(text) ? Number(text) : null;
}

/** A count (limit, remaining) from a number or decimal text; null when negative, not finite or absurd. */
export function readCount(value: unknown): number | null {
  const count = typeof value === "string" ? readDecimal(value.trim()) : value;
  return typeof count === "number" && count >= 0 && count <= MAX_COUNT ? count : null;
}

/** Seconds from 0 to 400 days, rounded to the millisecond; null for everything else. */
export function readSeconds(value: unknown): number | null {
  const seconds = typeof value === "string" ? readDecimal(value.trim()) : value;
  return typeof seconds === "number" && seconds >= 0 && seconds <= MAX_AHEAD_S
    ? Math.round(seconds * 1_000) / 1_000
    : null;
}

/** Seconds from `12ms`, `2s`, `6m0s`, `1h2m3.5s` (Go, protobuf) or a bare number of seconds; null for anything else. */
export function readDurationS(text: string): number | null {
  if (text.length === 0 || text.length > 40) return null;
  let total = 0;
  let at = 0;
  while (at < text.length) {
    const start = at;
    while (at < text.length && isNumeric(text.charCodeAt(at))) at += 1;
    const amount = readDecimal(text.slice(start, at));
    if (amount === null) return null;
    const unitStart = at;
    while (at < text.length && !isNumeric(text.charCodeAt(at))) at += 1;
    const unit = text.slice(unitStart, at);
    const scale = unit === "" && start === 0 ? 1 : UNIT_S.get(unit);
    if (scale === undefined) return null;
    total += amount * scale;
  }
  return readSeconds(total);
}

/** Epoch ms from an HTTP date in any of the three forms of RFC 9110; null for anything else. */
export function readHttpDate(text: string): number | null {
  if (text.length > 40) return null;
  const usual = HTTP_DATE.exec(text);
  if (usual) return utc(usual[3], usual[2], usual[1], usual[4], usual[5], usual[6]);
  const old = ASCTIME_DATE.exec(text);
  return old ? utc(old[6], old[1], old[2], old[3], old[4], old[5]) : null;
}

/**
 * The instant a reset header names, epoch ms: seconds from `now`, epoch seconds or milliseconds (told apart by size), a
 * duration, RFC 3339 or an HTTP date. A reset just past is `now`; null when unreadable, long past or over 400 days ahead.
 */
export function readReset(value: unknown, now: number): number | null {
  if (typeof value === "number") return fromNumber(value, now);
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (text.length === 0 || text.length > 40) return null;
  const number = readDecimal(text);
  if (number !== null) return fromNumber(number, now);
  const duration = readDurationS(text);
  if (duration !== null) return now + Math.round(duration * 1_000);
  if (RFC3339.test(text)) return believable(Date.parse(text), now);
  const date = readHttpDate(text);
  return date === null ? null : believable(date, now);
}

/** The wait a `Retry-After` value asks for, in seconds from `now`; takes everything `readReset` takes. */
export function readWaitS(value: unknown, now: number): number | null {
  const at = readReset(value, now);
  return at === null ? null : readSeconds((at - now) / 1_000);
}

/** A window's label, `1m` or `31d`, from its length in seconds; null when it is not a whole, believable number. */
export function windowLabel(seconds: number | null): string | null {
  if (seconds === null || !Number.isInteger(seconds) || seconds <= 0 || seconds > MAX_AHEAD_S) return null;
  return formatDuration(seconds * 1_000);
}

function isNumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
}

function fromNumber(value: number, now: number): number | null {
  if (!(value >= 0)) return null;
  if (value <= MAX_AHEAD_S) return now + Math.round(value * 1_000);
  // A delta never gets this large, so from here on it is an epoch: seconds until the year 5138, then milliseconds.
  return believable(Math.round(value < 1e11 ? value * 1_000 : value), now);
}

function believable(at: number, now: number): number | null {
  if (!(at >= now - MAX_BEHIND_MS && at <= now + MAX_AHEAD_S * 1_000)) return null;
  return Math.max(at, now);
}

function utc(year = "", month = "", day = "", hour = "", minute = "", second = ""): number | null {
  const monthIndex = MONTHS.indexOf(month.toLowerCase());
  if (monthIndex < 0) return null;
  let fullYear = Number(year);
  if (year.length === 2) fullYear += fullYear < 70 ? 2000 : 1900;
  return Date.UTC(fullYear, monthIndex, Number(day), Number(hour), Number(minute), Number(second));
}
