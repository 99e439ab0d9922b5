import { DAY, HOUR, MINUTE } from "../usage/duration";
import { parseRequestTime } from "../usage/time";
import type { Range } from "../usage/window";
import { instantOfWall, wallTime } from "../usage/zone";

/** The ranges one click away, each up to now. */
export const PRESETS = ["15m", "1h", "6h", "24h", "7d", "30d"] as const;
export type Preset = (typeof PRESETS)[number];

const PRESET_MS: Record<Preset, number> = {
  "15m": 15 * MINUTE,
  "1h": HOUR,
  "6h": 6 * HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
};

/** What a page looks at: the last so much, or from one instant to another (epoch ms, `to` not included). */
export type TimeRange = { kind: "preset"; preset: Preset } | { kind: "custom"; from: number; to: number };

export const DEFAULT_RANGE: TimeRange = { kind: "preset", preset: "1h" };

/** The hour tier is kept this long: a longer range would show what is no longer there. */
const LONGEST_RANGE_MS = 400 * DAY;
const SHORTEST_RANGE_MS = MINUTE;

type Params = { get(name: string): string | null };

/** Reads `range`, or `from` and `to` (RFC 3339 or epoch ms), of an address; what cannot be read is the default. */
export function parseRange(params: Params, fallback: TimeRange = DEFAULT_RANGE): TimeRange {
  const preset = PRESETS.find((name) => name === params.get("range"));
  if (preset !== undefined) return { kind: "preset", preset };
  const from = parseRequestTime(params.get("from"));
  const to = parseRequestTime(params.get("to"));
  if (!from.ok || !to.ok || checkRange(from.at, to.at) !== null) return fallback;
  return { kind: "custom", from: from.at, to: to.at };
}

/** Why [from, to) cannot be shown, in words for the person who chose it; null when it can. */
export function checkRange(from: number, to: number): string | null {
  if (to - from < SHORTEST_RANGE_MS) return "The end must be at least a minute after the start.";
  if (to - from > LONGEST_RANGE_MS) return "The range must be 400 days at most.";
  return null;
}

/** What lies between two buckets of a chart, both included; at least as long as a range must be. */
export function zoomed(a: number, b: number, stepMs: number): TimeRange {
  const from = Math.min(a, b);
  return { kind: "custom", from, to: Math.max(Math.max(a, b) + stepMs, from + SHORTEST_RANGE_MS) };
}

/** The address's parameters with this range in place of another; a page's cursor is dropped, it belongs to the old. */
export function withRange(params: URLSearchParams, range: TimeRange): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of ["range", "from", "to", "cursor"]) next.delete(name);
  if (range.kind === "preset") next.set("range", range.preset);
  else {
    next.set("from", String(range.from));
    next.set("to", String(range.to));
  }
  return next;
}

/** A range as a query string of its own: "range=24h", or "from=…&to=…". */
export const rangeQuery = (range: TimeRange): string => withRange(new URLSearchParams(), range).toString();

/** The instants a range stands for at `now`. */
export function resolveRange(range: TimeRange, now: number): Range {
  if (range.kind === "custom") return { from: range.from, to: range.to };
  return { from: now - PRESET_MS[range.preset], to: now };
}

/** Whether the range reaches into the present, so that live events belong to it. */
export function isLive(range: TimeRange, now: number): boolean {
  return range.kind === "preset" || range.to > now;
}

/** An instant as a datetime-local input holds it: "2026-11-23T14:30", in `zone`. */
export function toLocalInput(at: number, zone: string): string {
  const wall = wallTime(zone, at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(wall.year).padStart(4, "0")}-${two(wall.month)}-${two(wall.day)}T${two(wall.hour)}:${two(wall.minute)}`;
}

/** The instant that a datetime-local input's text means in `zone`; null when it is no date and time. */
export function fromLocalInput(text: string, zone: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/.test(text)) return null;
  const wall = Date.parse(`${text}Z`);
  return Number.isNaN(wall) ? null : instantOfWall(zone, wall);
}
