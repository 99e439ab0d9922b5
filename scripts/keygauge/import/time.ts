import { parseEventTime } from "@/lib/domain/usage/time";
import { instantOfWall } from "@/lib/domain/usage/zone";

const WRITTEN =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9}))?\s*(?:(z|utc|gmt)|([+-]\d\d)(?::?(\d\d))?)?$/i;

/** A time that cannot be told without knowing its zone. */
export const ZONELESS = "has no offset: say where its clock stands with --time-zone UTC (or another zone)";

/**
 * A time as databases and spreadsheets export it, as a native event takes it: `2026-11-20 14:05:20.123+00`, `… UTC`, and
 * without an offset as the wall clock of `zone`. Null when it needs a zone and there is none. What is written otherwise comes
 * back as it is, for the checks that follow.
 */
export function importedTime(value: unknown, zone: string | null): unknown {
  const match = typeof value === "string" ? WRITTEN.exec(value.trim()) : null;
  if (match === null) return value;
  const [, date, minutes, seconds = ":00", fraction, utc, hours, offsetMinutes = "00"] = match;
  const clock = `${date}T${minutes}${seconds}${fraction === undefined ? "" : `.${fraction}`}`;
  if (utc !== undefined) return `${clock}Z`;
  if (hours !== undefined) return `${clock}${hours}:${offsetMinutes}`;
  if (zone === null) return null;
  const wall = parseEventTime(`${clock}Z`);
  return wall.ok ? instantOfWall(zone, wall.at) : `${clock}Z`;
}
