import { type QuietHours, type QuietSpan, WEEKDAYS, type Weekday } from "@/lib/domain/delivery/quiet";

/** Monday first, as people read a week. */
export const WEEK: readonly Weekday[] = [...WEEKDAYS.slice(1), ...WEEKDAYS.slice(0, 1)];

export const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** "Mon–Fri 22:00–07:00", "Sat, Sun all day" */
export function spanWords({ days, from, to }: QuietSpan): string {
  const hours = from === "00:00" && to === "24:00" ? "all day" : `${from}–${to}`;
  return `${daysWords(days)} ${hours}`;
}

function daysWords(days: readonly Weekday[]): string {
  const chosen = WEEK.map((day) => days.includes(day));
  if (chosen.every(Boolean)) return "Every day";
  const runs: string[] = [];
  for (let start = 0; start < WEEK.length; start++) {
    if (!chosen[start]) continue;
    let end = start;
    while (chosen[end + 1]) end += 1;
    const [first, last] = [DAY_NAMES[WEEK[start] ?? "mon"], DAY_NAMES[WEEK[end] ?? "mon"]];
    runs.push(end - start > 1 ? `${first}–${last}` : end > start ? `${first}, ${last}` : first);
    start = end;
  }
  return runs.join(", ");
}

/** "Every day 22:00–07:00, in Europe/Berlin" */
export function quietWords({ spans, time_zone }: QuietHours): string {
  return `${spans.map(spanWords).join("; ")}, in ${time_zone.replaceAll("_", " ")}`;
}
