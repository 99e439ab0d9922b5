import { nextPeriod, wallTime } from "../usage/zone";

/** How many SMS may be sent, by days and months of a zone; null is no bound. */
export interface SmsBudget {
  per_day: number | null;
  per_month: number | null;
  /** IANA */
  time_zone: string;
}

/** What has been sent of it, or is about to be. */
export interface Spent {
  today: number;
  thisMonth: number;
}

/** The day of the budget that holds `at`: "2026-11-26". Its month are the first seven characters. */
export function budgetDay(zone: string, at: number): string {
  const { year, month, day } = wallTime(zone, at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}`;
}

/** When so many SMS more are within the budget again (epoch ms); null when they are now. */
export function budgetUsedUntil(budget: SmsBudget, spent: Spent, wanted: number, now: number): number | null {
  const { per_day, per_month, time_zone } = budget;
  if (per_month !== null && spent.thisMonth + wanted > per_month) return nextPeriod("month", time_zone, now);
  if (per_day !== null && spent.today + wanted > per_day) return nextPeriod("day", time_zone, now);
  return null;
}
