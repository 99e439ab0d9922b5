import { DAY, MINUTE } from "./duration";

export type ParsedTime = { ok: true; at: number } | { ok: false; message: string };

/** How far ahead of our clock a gateway's may be. */
export const MAX_AHEAD_MS = 5 * MINUTE;

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;
const EPOCH_TEXT = /^(\d{1,19})(?:\.(\d{1,9}))?$/;
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const EXPECTED = "must be an RFC 3339 time with an offset, or a Unix time in s, ms, µs or ns";

/**
 * The `time` of an event in epoch ms: RFC 3339, or a Unix time as a number or numeric string whose size tells its unit.
 * Digits below a millisecond are cut off.
 */
export function parseEventTime(value: unknown): ParsedTime {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string") return { ok: false, message: EXPECTED };
  const usual = parseUsual(value);
  if (usual !== null) return { ok: true, at: usual };
  const epoch = EPOCH_TEXT.exec(value);
  return epoch === null ? parseRfc3339(value) : fromEpochText(epoch[1] as string, epoch[2] ?? "");
}

/** A time in a request to the management API: RFC 3339, or epoch ms as a number or numeric string. */
export function parseRequestTime(value: unknown): ParsedTime {
  const ms = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof ms === "number") {
    if (Number.isInteger(ms) && ms >= 0 && ms <= LAST_INSTANT) return { ok: true, at: ms };
  } else if (typeof ms === "string") {
    const parsed = parseRfc3339(ms);
    if (parsed.ok) return parsed;
  }
  return { ok: false, message: "must be an RFC 3339 time with an offset, or a Unix time in ms" };
}

/** Why an event's time cannot be stored (outside the retention, or ahead of the clock); null when it can. */
export function checkTime(at: number, now: number, retentionDays: number): string | null {
  if (at < now - retentionDays * DAY) {
    return `is older than the ${retentionDays} days that events are kept`;
  }
  if (at > now + MAX_AHEAD_MS) return "is more than 5 minutes ahead of the server's clock";
  return null;
}

function fromEpoch(value: number): ParsedTime {
  if (!Number.isFinite(value) || value < 0) return { ok: false, message: EXPECTED };
  const digits = epochDigits(value);
  const ms = digits === -3 ? value * 1e3 : value / 10 ** digits;
  // A double holds today's nanoseconds to 128 ns only: without an allowance of 1 µs, .123 could be cut to .122.
  return within(Math.floor(ms + 0.001));
}

/** Texts are cut as texts: nothing is lost to the precision of a double. */
function fromEpochText(whole: string, fraction: string): ParsedTime {
  const digits = epochDigits(Number(whole));
  if (digits === -3) return within(Number(whole) * 1e3 + Number(fraction.slice(0, 3).padEnd(3, "0")));
  return within(Number(digits === 0 ? whole : whole.slice(0, -digits)));
}

/**
 * How many decimal digits finer than a millisecond a Unix time counts: -3 for s, 0, 3 and 6 for ms, µs and ns.
 * Up to the year 5138 the ranges of the four units do not overlap for times after 1973.
 */
function epochDigits(value: number): -3 | 0 | 3 | 6 {
  if (value < 1e11) return -3;
  if (value < 1e14) return 0;
  return value < 1e17 ? 3 : 6;
}

function within(at: number): ParsedTime {
  return at <= LAST_INSTANT ? { ok: true, at } : { ok: false, message: EXPECTED };
}

/** The start of a day, epoch ms, by its ten characters; only the latest, since nearly all events are of one day. */
let known = { day: "", at: 0 };

/**
 * `2026-11-26T14:30:00.123Z` without an expression: this runs for every event, and nearly all of them write it so. Null
 * for everything else, right or wrong.
 */
function parseUsual(text: string): number | null {
  if (text.length !== 24 || text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return null;
  if (text[19] !== "." || text[23] !== "Z") return null;
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const ms = digits(text, 20, 23);
  // NaN fails these too.
  if (!(hour < 24 && minute < 60 && second < 60 && ms < 1_000)) return null;
  const day = text.slice(0, 10);
  if (day !== known.day) {
    const start = parseRfc3339(`${day}T00:00:00Z`);
    if (!start.ok) return null;
    known = { day, at: start.at };
  }
  return known.at + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

/** The number that stands in `text`, NaN where it is none. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function parseRfc3339(text: string): ParsedTime {
  const match = RFC3339.exec(text);
  if (match === null) return { ok: false, message: EXPECTED };
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(10), part(11)];
  const leapSecond = second === 60 && minute === 59;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return { ok: false, message: "names a day that does not exist" };
  }
  if (hour > 23 || minute > 59 || (second > 59 && !leapSecond) || offsetHour > 23 || offsetMinute > 59) {
    return { ok: false, message: "names a time of day that does not exist" };
  }
  const ms = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (offsetHour * 60 + offsetMinute) * MINUTE * (match[9] === "-" ? -1 : 1);
  // Date.UTC reads years below 100 as 19xx; no event is as old.
  const at = year < 100 ? -1 : Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset;
  return at >= 0 && at <= LAST_INSTANT
    ? { ok: true, at }
    : { ok: false, message: "must be between 1970 and 9999" };
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
