import { holds } from "@/lib/domain/alerting/comparison";
import type { Notification } from "../notification";

interface Bar {
  /** 0 to 1 of the chart's height; null where there is no value. */
  height: number | null;
  /** The rule's comparison holds for this value. */
  breach: boolean;
}

export interface Bars {
  bars: Bar[];
  /** Height of the threshold, 0 to 1; null if it is off the chart or there is none. */
  threshold: number | null;
  /** Value at the top. */
  top: number;
  from: number;
  to: number;
}

/** More would be thinner than a mail can draw on a phone. */
const MOST_BARS = 40;

// Room above the highest bar or line, so that neither touches the edge.
const HEADROOM = 1.12;

const BLOCKS = "▁▂▃▄▅▆▇█";

/** The series prepared for drawing; null if there is too little of it to show anything. */
export function bars(n: Pick<Notification, "series" | "operator" | "threshold">): Bars | null {
  const series = n.series ?? [];
  const first = series[0];
  const last = series.at(-1);
  const drawn = condense(series, n.operator === "<" || n.operator === "<=");
  const values = drawn.filter((value) => value !== null);
  if (first === undefined || last === undefined || values.length < 2) return null;
  const highest = Math.max(...values, 0);
  const threshold = n.threshold ?? null;
  // A threshold far above everything would press the bars flat: then it is left to the words.
  const inSight = threshold !== null && threshold > 0 && threshold <= highest * 4;
  const top = Math.max(highest, inSight ? threshold : 0) * HEADROOM;
  if (top <= 0) return null;
  return {
    bars: drawn.map((value) => ({
      height: value === null ? null : Math.min(Math.max(value, 0) / top, 1),
      breach: value !== null && threshold !== null && holds(value, n.operator, threshold),
    })),
    threshold: inSight ? threshold / top : null,
    top,
    from: first.at,
    to: last.at,
  };
}

/** At most `MOST_BARS` values: of each stretch the one nearest to the threshold's far side. */
function condense(series: readonly { value: number | null }[], below: boolean): (number | null)[] {
  const size = Math.ceil(series.length / MOST_BARS);
  const out: (number | null)[] = [];
  for (let start = 0; start < series.length; start += size) {
    const values = series
      .slice(start, start + size)
      .flatMap(({ value }) => (value === null || !Number.isFinite(value) ? [] : [value]));
    out.push(values.length === 0 ? null : below ? Math.min(...values) : Math.max(...values));
  }
  return out;
}

/** The same chart in one line of text: "▁▂▃▅▇█". */
export function sparkline({ bars }: Bars): string {
  return bars
    .map(({ height }) =>
      height === null ? " " : (BLOCKS[Math.min(7, Math.floor(height * HEADROOM * 8))] ?? "█"),
    )
    .join("");
}
