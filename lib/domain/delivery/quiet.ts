import { DAY, MINUTE } from "../usage/duration";
import { instantOfWall, zoneOffset } from "../usage/zone";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** On these days from `from` until `to`, both "HH:MM" of the wall clock; until the next day when `to` is not later. */
export interface QuietSpan {
  days: Weekday[];
  from: string;
  /** "24:00" is the end of the day. */
  to: string;
}

/** A weekly calendar in which a channel is told nothing. */
export interface QuietHours {
  /** IANA */
  time_zone: string;
  spans: QuietSpan[];
  /** Critical alerts are told all the same. */
  critical_breaks_through: boolean;
}

/** Spans that touch are one, so quiet hours can go on; more than this and they never end. */
const LONGEST_DAYS = 9;

/**
 * When the quiet that holds at `at` (epoch ms) ends; null when none does. A span lasts from the first time the wall clock
 * shows its beginning until the last time it shows its end, so a night is one span also when the clock is changed in it.
 */
export function quietUntil({ time_zone: zone, spans }: QuietHours, at: number): number | null {
  const wall = at + zoneOffset(zone, at);
  const today = Math.floor(wall / DAY) * DAY;
  const found = [];
  for (let ahead = -2; ahead <= LONGEST_DAYS; ahead++) {
    const date = today + ahead * DAY;
    const weekday = WEEKDAYS[new Date(date).getUTCDay()];
    for (const span of spans) {
      if (weekday === undefined || !span.days.includes(weekday)) continue;
      const from = minutes(span.from);
      const to = minutes(span.to);
      const end = date + (to > from ? to : to + DAY / MINUTE) * MINUTE;
      found.push({ start: instantOfWall(zone, date + from * MINUTE), end: lastInstantOfWall(zone, end) });
    }
  }
  found.sort((a, b) => a.start - b.start);
  let until: number | null = null;
  for (const { start, end } of found) {
    if (start > (until ?? at)) break;
    if (end > (until ?? at)) until = end;
  }
  return until;
}

/** Minutes since midnight. */
function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** The last instant at which the zone's wall clock shows `wall`; the end of the gap when it skips it. */
function lastInstantOfWall(zone: string, wall: number): number {
  const first = instantOfWall(zone, wall);
  const later = wall - zoneOffset(zone, first + DAY);
  return later > first && later + zoneOffset(zone, later) === wall ? later : first;
}
