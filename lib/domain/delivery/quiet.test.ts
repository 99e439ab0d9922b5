import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../usage/duration";
import { wallTime, zoneOffset } from "../usage/zone";
import { type QuietHours, type QuietSpan, quietHoursSchema, quietUntil, WEEKDAYS } from "./quiet";

const NIGHT: QuietSpan = { days: [...WEEKDAYS], from: "22:00", to: "07:00" };
const quiet = (spans: QuietSpan[], time_zone = "Europe/Berlin"): QuietHours => ({
  time_zone,
  spans,
  critical_breaks_through: true,
});
const until = (hours: QuietHours, at: string) => {
  const end = quietUntil(hours, Date.parse(at));
  return end === null ? null : new Date(end).toISOString().replace(":00.000Z", "Z");
};

describe("quiet hours", () => {
  const work: QuietSpan = { days: ["sat", "sun"], from: "00:00", to: "24:00" };
  const table: [string, QuietHours, string, string | null][] = [
    ["by day", quiet([NIGHT]), "2026-11-24T12:00:00Z", null],
    ["at their first minute", quiet([NIGHT]), "2026-11-24T21:00:00Z", "2026-11-25T06:00Z"],
    ["just before", quiet([NIGHT]), "2026-11-24T20:59:59Z", null],
    ["at their end", quiet([NIGHT]), "2026-11-25T06:00:00Z", null],
    ["after midnight", quiet([NIGHT]), "2026-11-25T02:00:00Z", "2026-11-25T06:00Z"],
    ["of a weekend with its nights", quiet([NIGHT, work]), "2026-11-27T22:00:00Z", "2026-11-30T06:00Z"],
    ["on other days", quiet([{ ...NIGHT, days: ["fri"] }]), "2026-11-24T23:00:00Z", null],
    [
      "of the night before",
      quiet([{ ...NIGHT, days: ["fri"] }]),
      "2026-11-28T03:00:00Z",
      "2026-11-28T06:00Z",
    ],
    // The clock goes forward at 2:00 on 2026-03-29 and back at 3:00 on 2026-10-25.
    ["that a clock change shortens", quiet([NIGHT]), "2026-03-28T22:00:00Z", "2026-03-29T05:00Z"],
    ["that a clock change lengthens", quiet([NIGHT]), "2026-10-24T21:00:00Z", "2026-10-25T06:00Z"],
    [
      "that end in the skipped hour",
      quiet([{ ...NIGHT, to: "02:30" }]),
      "2026-03-28T22:00:00Z",
      "2026-03-29T01:00Z",
    ],
    [
      "that begin in the skipped hour",
      quiet([{ ...NIGHT, from: "02:30", to: "05:00" }]),
      "2026-03-29T01:00:00Z",
      "2026-03-29T03:00Z",
    ],
    [
      "that end in the hour that comes twice",
      quiet([{ ...NIGHT, to: "02:30" }]),
      "2026-10-25T00:45:00Z",
      "2026-10-25T01:30Z",
    ],
    [
      "that begin in the hour that comes twice",
      quiet([{ ...NIGHT, from: "02:30", to: "05:00" }]),
      "2026-10-25T00:30:00Z",
      "2026-10-25T04:00Z",
    ],
  ];
  it.each(table)("%s", (_name, hours, at, expected) => {
    expect(until(hours, at)).toBe(expected);
  });

  it("are the wall clock's, minute by minute, except around a change of it", () => {
    const clock = fc.integer({ min: 0, max: 24 * 12 - 1 }).map((five) => {
      const text = (n: number) => String(n).padStart(2, "0");
      return `${text(Math.floor(five / 12))}:${text((five % 12) * 5)}`;
    });
    const span = fc
      .record({ days: fc.subarray([...WEEKDAYS], { minLength: 1 }), from: clock, to: clock })
      .filter(({ from, to }) => from !== to);
    const zone = fc.constantFrom(
      "UTC",
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Africa/Cairo",
      "Asia/Kathmandu",
      "America/Havana",
    );
    const minute = fc.integer({ min: Date.UTC(2026, 0, 1) / MINUTE, max: Date.UTC(2027, 0, 1) / MINUTE });
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 3 }),
        zone,
        minute,
        (spans, time_zone, minutes) => {
          const at = minutes * MINUTE;
          const hours = quiet(spans, time_zone);
          const end = quietUntil(hours, at);
          const steady = zoneOffset(time_zone, at - 2 * DAY) === zoneOffset(time_zone, at + 2 * DAY);
          const expected = spans.some((one) => contains(one, time_zone, at));
          if (steady) expect(end !== null).toBe(expected);
          else if (expected) expect(end).not.toBeNull();
          if (end === null) return;
          expect(end).toBeGreaterThan(at);
          if (end - at > 8 * DAY) return;
          expect(quietUntil(hours, end)).toBeNull();
          expect(quietUntil(hours, end - 1)).toBe(end);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function contains({ days, from, to }: QuietSpan, zone: string, at: number): boolean {
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const { weekday, hour, minute } = wallTime(zone, at);
  const now = hour * 60 + minute;
  const today = days.includes(WEEKDAYS[weekday] ?? "sun");
  const yesterday = days.includes(WEEKDAYS[(weekday + 6) % 7] ?? "sun");
  if (minutes(to) > minutes(from)) return today && now >= minutes(from) && now < minutes(to);
  return (today && now >= minutes(from)) || (yesterday && now < minutes(to));
}

describe("a calendar of quiet hours", () => {
  const given = { time_zone: "Europe/Berlin", spans: [{ days: ["tue", "mon"], from: "22:00", to: "07:00" }] };
  it("sorts its days and lets critical alerts break through unless it says otherwise", () => {
    expect(quietHoursSchema.parse(given)).toEqual({
      time_zone: "Europe/Berlin",
      spans: [{ days: ["mon", "tue"], from: "22:00", to: "07:00" }],
      critical_breaks_through: true,
    });
  });

  const wrong: [string, unknown, string, string][] = [
    ["an unknown zone", { ...given, time_zone: "Mars/Base" }, "time_zone", "expected an IANA time zone"],
    ["no span", { ...given, spans: [] }, "spans", "expected at least one span"],
    ["no day", { ...given, spans: [{ days: [], from: "1", to: "2" }] }, "spans.0.days", "at least one day"],
    [
      "a time that there is not",
      { ...given, spans: [{ days: ["mon"], from: "24:00", to: "07:00" }] },
      "spans.0.from",
      "expected a time such as 22:00",
    ],
    [
      "a span of nothing",
      { ...given, spans: [{ days: ["mon"], from: "07:00", to: "07:00" }] },
      "spans.0.to",
      "expected another time",
    ],
    [
      "quiet without an end",
      { ...given, spans: [{ days: [...WEEKDAYS], from: "00:00", to: "24:00" }] },
      "spans",
      "expected some time in which messages are sent",
    ],
  ];
  it.each(wrong)("refuses %s", (_name, value, path, message) => {
    const issues = quietHoursSchema
      .safeParse(value)
      .error?.issues.map((issue) => [issue.path.join("."), issue.message]);
    expect(issues?.[0]).toEqual([path, expect.stringContaining(message)]);
  });
});
