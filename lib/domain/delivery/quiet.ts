import { z } from "zod";
import { DAY, MINUTE } from "../usage/duration";
import { instantOfWall, isTimeZone, zoneOffset } from "../usage/zone";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const clock = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected });
const HOURS = "([01]\\d|2[0-3]):[0-5]\\d";

/** On these days from `from` until `to` on the wall clock; until the next day when `to` is not later. */
const spanSchema = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS, { error: `expected days out of ${WEEKDAYS.join(", ")}` }), {
        error: `expected a list of days out of ${WEEKDAYS.join(", ")}`,
      })
      .min(1, "expected at least one day")
      .transform((days) => WEEKDAYS.filter((day) => days.includes(day))),
    from: clock(new RegExp(`^${HOURS}$`), "expected a time such as 22:00"),
    to: clock(new RegExp(`^(${HOURS}|24:00)$`), "expected a time such as 07:00, or 24:00"),
  })
  .refine(({ from, to }) => from !== to, {
    path: ["to"],
    message: "expected another time than `from`; 00:00 to 24:00 is the whole day",
  });
export type QuietSpan = z.output<typeof spanSchema>;

/** A weekly calendar in which a channel is told nothing. */
export const quietHoursSchema = z
  .strictObject({
    time_zone: z
      .string({ error: "expected an IANA time zone such as Europe/Berlin" })
      .refine(isTimeZone, "expected an IANA time zone such as Europe/Berlin"),
    spans: z
      .array(spanSchema, { error: "expected a list of spans" })
      .min(1, "expected at least one span")
      .max(20, "expected at most 20 spans"),
    /** Critical alerts are told all the same. */
    critical_breaks_through: z.boolean({ error: "expected true or false" }).default(true),
  })
  .refine((quiet) => !coversTheWeek(quiet), {
    path: ["spans"],
    message: "expected some time in which messages are sent; to send none, switch the channel off",
  });
export type QuietHours = z.output<typeof quietHoursSchema>;

function coversTheWeek({ spans }: { spans: QuietSpan[] }): boolean {
  const until = quietUntil({ time_zone: "UTC", spans }, 0);
  return until !== null && until >= 7 * DAY;
}

/** Spans that touch are one, so quiet hours can go on; more than this and they never end. */
const LONGEST_DAYS = 9;

/**
 * When the quiet that holds at `at` (epoch ms) ends; null when none does. A span lasts from the first time the wall clock
 * shows its beginning until the last time it shows its end, so a night is one span also when the clock is changed in it.
 */
export function quietUntil(
  { time_zone: zone, spans }: Pick<QuietHours, "time_zone" | "spans">,
  at: number,
): number | null {
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
