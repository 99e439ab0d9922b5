import { expect, it } from "vitest";
import { parseEventTime } from "@/lib/domain/usage/time";
import { importedTime } from "./time";

it.each<[given: unknown, zone: string | null, instant: string]>([
  ["2026-11-20 14:05:20.123+00", null, "2026-11-20T14:05:20.123Z"],
  ["2026-11-20 14:05:20.123456 UTC", null, "2026-11-20T14:05:20.123Z"],
  ["2026-11-20T14:05Z", null, "2026-11-20T14:05:00.000Z"],
  ["2026-11-20T14:05:20,5+0530", null, "2026-11-20T08:35:20.500Z"],
  ["2026-11-20 14:05:20 -03:30", null, "2026-11-20T17:35:20.000Z"],
  ["2026-11-20 14:05:20", "UTC", "2026-11-20T14:05:20.000Z"],
  ["2026-11-20 14:05:20.25", "Europe/Berlin", "2026-11-20T13:05:20.250Z"],
  // The clock shows 02:30 twice that night, and on the other one not at all.
  ["2026-10-25 02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["2026-03-29 02:30", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["1763647520", "Europe/Berlin", "2025-11-20T14:05:20.000Z"],
  [1763647520123, "Europe/Berlin", "2025-11-20T14:05:20.123Z"],
])("%j in %s is %s", (given, zone, instant) => {
  const time = parseEventTime(importedTime(given, zone));
  expect(time.ok && new Date(time.at).toISOString()).toBe(instant);
});

it("cannot be told without a zone", () => {
  expect(importedTime("2026-11-20 14:05:20", null)).toBeNull();
});

it.each(["yesterday", "2026-11-20", "20.11.2026 14:05", null, true, "2026-02-30 10:00 UTC"])(
  "%j is left to the checks, which refuse it",
  (given) => {
    const time = importedTime(given, "UTC");
    expect(parseEventTime(time).ok).toBe(false);
  },
);
