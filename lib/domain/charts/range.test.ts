import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../usage/duration";
import {
  checkRange,
  DEFAULT_RANGE,
  fromLocalInput,
  isLive,
  PRESETS,
  parseRange,
  resolveRange,
  type TimeRange,
  toLocalInput,
  withRange,
  zoomed,
} from "./range";

const NOW = Date.UTC(2026, 10, 23, 14, 30);
const parse = (text: string) => parseRange(new URLSearchParams(text));

describe("parseRange", () => {
  it("reads a preset", () => {
    expect(parse("range=7d")).toEqual({ kind: "preset", preset: "7d" });
  });

  it("reads instants in both notations", () => {
    const expected = { kind: "custom", from: NOW - HOUR, to: NOW };
    expect(parse(`from=${NOW - HOUR}&to=${NOW}`)).toEqual(expected);
    expect(parse("from=2026-11-23T13:30:00Z&to=2026-11-23T14:30:00Z")).toEqual(expected);
  });

  it.each(["", "range=2h", "from=1", "from=x&to=y", `from=${NOW}&to=${NOW - 1}`, `from=0&to=${NOW}`])(
    "falls back to the last hour on %j",
    (text) => {
      expect(parse(text)).toEqual(DEFAULT_RANGE);
    },
  );

  it("reads back what withRange wrote, and leaves other parameters alone", () => {
    const preset = fc.constantFrom(...PRESETS).map((name): TimeRange => ({ kind: "preset", preset: name }));
    const custom = fc
      .tuple(fc.integer({ min: NOW - 300 * DAY, max: NOW }), fc.integer({ min: MINUTE, max: 90 * DAY }))
      .map(([from, span]): TimeRange => ({ kind: "custom", from, to: from + span }));
    fc.assert(
      fc.property(fc.oneof(preset, custom), (range) => {
        const params = withRange(new URLSearchParams("tab=events&cursor=abc&range=6h&from=1&to=2"), range);
        expect(parseRange(params)).toEqual(range);
        expect(params.get("tab")).toBe("events");
        expect(params.get("cursor")).toBeNull();
      }),
    );
  });
});

describe("checkRange", () => {
  it("names what is wrong", () => {
    expect(checkRange(NOW, NOW)).toMatch(/after the start/);
    expect(checkRange(NOW - 401 * DAY, NOW)).toMatch(/400 days/);
    expect(checkRange(NOW - HOUR, NOW)).toBeNull();
  });
});

describe("resolveRange", () => {
  it("moves a preset with the clock and keeps a custom range", () => {
    expect(resolveRange({ kind: "preset", preset: "15m" }, NOW)).toEqual({
      from: NOW - 15 * MINUTE,
      to: NOW,
    });
    expect(resolveRange({ kind: "custom", from: 1, to: 2 }, NOW)).toEqual({ from: 1, to: 2 });
  });

  it("is live as long as it reaches into the present", () => {
    expect(isLive({ kind: "preset", preset: "30d" }, NOW)).toBe(true);
    expect(isLive({ kind: "custom", from: NOW - DAY, to: NOW - HOUR }, NOW)).toBe(false);
  });
});

describe("local input", () => {
  it("shows the wall clock of the zone", () => {
    expect(toLocalInput(NOW, "America/New_York")).toBe("2026-11-23T09:30");
  });

  it("reads back its own text, to the minute", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), zones, (at, zone) => {
        const again = fromLocalInput(toLocalInput(at, zone), zone);
        expect(again).not.toBeNull();
        // An hour that comes twice reads as its first.
        expect(toLocalInput(again ?? 0, zone)).toBe(toLocalInput(at, zone));
      }),
    );
  });

  it("takes a time that the clock skips as the end of the gap", () => {
    expect(fromLocalInput("2026-03-29T02:30", "Europe/Berlin")).toBe(Date.UTC(2026, 2, 29, 1));
  });

  it("rejects what is no date and time", () => {
    expect(fromLocalInput("", "UTC")).toBeNull();
    expect(fromLocalInput("2026-13-40T99:99", "UTC")).toBeNull();
  });
});

describe("zooming", () => {
  it.each([
    [1_000_000, 1_300_000, 10_000, 1_000_000, 1_310_000],
    [1_300_000, 1_000_000, 10_000, 1_000_000, 1_310_000],
    [1_000_000, 1_010_000, 10_000, 1_000_000, 1_060_000],
  ])("from %d to %d of %d ms shows [%d, %d)", (a, b, step, from, to) => {
    expect(zoomed(a, b, step)).toEqual({ kind: "custom", from, to });
    expect(checkRange(from, to)).toBeNull();
  });
});
