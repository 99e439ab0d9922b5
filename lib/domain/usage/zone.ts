import { DAY, HOUR, SECOND } from "./duration";

export type Period = "hour" | "day" | "month";

/** A wall clock's reading; month 1 to 12, weekday 0 (Sunday) to 6. */
export type WallTime = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
};

type Span = { start: number; end: number };

const MOST_CACHED = 2_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const lastSpans = new Map<string, Span>();

/** Whether `value` names an IANA time zone ("Europe/Berlin", "UTC"); bare offsets such as "+02:00" do not. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 64 || !/^[A-Za-z]/.test(value)) return false;
  if (formatters.has(value)) return true;
  try {
    formatter(value);
    return true;
  } catch {
    return false;
  }
}

/** How far the zone's wall clock is ahead of UTC at an instant, in ms. Throws RangeError on an unknown zone. */
export function zoneOffset(zone: string, at: number): number {
  if (zone === "UTC") return 0;
  const second = Math.floor(at / SECOND) * SECOND;
  let [year, month, day, hour, minute, sec] = [0, 0, 0, 0, 0, 0];
  for (const { type, value } of formatter(zone).formatToParts(second)) {
    if (type === "year") year = Number(value);
    else if (type === "month") month = Number(value);
    else if (type === "day") day = Number(value);
    else if (type === "hour") hour = Number(value);
    else if (type === "minute") minute = Number(value);
    else if (type === "second") sec = Number(value);
  }
  return Date.UTC(year, month - 1, day, hour, minute, sec) - second;
}

/** What the zone's wall clock and calendar show at an instant. */
export function wallTime(zone: string, at: number): WallTime {
  const wall = new Date(at + zoneOffset(zone, at));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    weekday: wall.getUTCDay(),
  };
}

/**
 * The first instant at which the zone's wall clock shows `wall` or later; `wall` is written as if it were UTC ms.
 * A reading that the clock skips is the end of the gap; one that comes twice is the first.
 */
export function instantOfWall(zone: string, wall: number): number {
  const before = zoneOffset(zone, wall - DAY);
  const after = zoneOffset(zone, wall + DAY);
  if (before === after) return wall - before;
  const change = transition(zone, wall - DAY, wall + DAY);
  return wall - before < change ? wall - before : Math.max(change, wall - after);
}

/**
 * The start of the calendar period in `zone` that holds the instant `at` (epoch ms in and out).
 *
 * Days and months begin when the wall clock first reaches their midnight (or skips past it). Hours begin whenever the
 * clock strikes a full hour or jumps past one, so an hour that is repeated in autumn is two periods.
 */
export function startOfPeriod(period: Period, zone: string, at: number): number {
  return span(period, zone, at).start;
}

/** The start of the period after the one that holds `at`: always later than `at`. */
export function nextPeriod(period: Period, zone: string, at: number): number {
  return span(period, zone, at).end;
}

function span(period: Period, zone: string, at: number): Span {
  const id = `${period} ${zone}`;
  const last = lastSpans.get(id);
  if (last !== undefined && at >= last.start && at < last.end) return last;
  const found = period === "hour" ? hourSpan(zone, at) : dateSpan(period, zone, at);
  if (lastSpans.size >= MOST_CACHED) lastSpans.clear();
  lastSpans.set(id, found);
  return found;
}

function dateSpan(period: "day" | "month", zone: string, at: number): Span {
  const wall = new Date(at + zoneOffset(zone, at));
  const midnight = (ahead: number) =>
    period === "day"
      ? Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + ahead)
      : Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + ahead, 1);
  const start = instantOfWall(zone, midnight(0));
  const end = instantOfWall(zone, midnight(1));
  // A clock set back just after midnight shows the old date again; its new day has begun all the same.
  return at < end ? { start, end } : { start: end, end: instantOfWall(zone, midnight(2)) };
}

function hourSpan(zone: string, at: number): Span {
  const offset = zoneOffset(zone, at);
  const full = at - modulo(at + offset, HOUR);
  let start = full;
  if (zoneOffset(zone, full) !== offset) {
    const change = transition(zone, full, at);
    start = strikesHour(zone, change) ? change : floorHour(zone, change - 1);
  }
  const next = full + HOUR;
  if (zoneOffset(zone, next) === offset) return { start, end: next };
  const change = transition(zone, at, next);
  return { start, end: strikesHour(zone, change) ? change : nextFullHour(zone, change) };
}

function strikesHour(zone: string, change: number): boolean {
  const shown = change + zoneOffset(zone, change);
  const shownBefore = change - 1 + zoneOffset(zone, change - 1);
  return modulo(shown, HOUR) === 0 || Math.floor(shown / HOUR) > Math.floor(shownBefore / HOUR);
}

function floorHour(zone: string, at: number): number {
  return at - modulo(at + zoneOffset(zone, at), HOUR);
}

function nextFullHour(zone: string, at: number): number {
  return floorHour(zone, at) + HOUR;
}

/** The instant in (from, to] at which the zone's offset changes; there must be one. */
function transition(zone: string, from: number, to: number): number {
  const before = zoneOffset(zone, from);
  let low = Math.floor(from / SECOND);
  let high = Math.ceil(to / SECOND);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(zone, middle * SECOND) === before) low = middle;
    else high = middle;
  }
  return high * SECOND;
}

function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "iso8601",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formatters.size >= MOST_CACHED) formatters.clear();
    formatters.set(zone, found);
  }
  return found;
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
