import { Sparkline } from "@/components/charts/sparkline";
import { StatTile } from "@/components/ui/stat-tile";
import type { LiveDelta } from "@/lib/domain/live/buckets";
import { HOUR } from "@/lib/domain/usage/duration";
import type { SpanTotals, TodayDto } from "@/lib/features/overview/schemas";
import { formatMagnitude, formatMicros, formatPercent, magnitude, type Quantity } from "@/lib/format";

const SPARK = "block h-full w-full";

/** The day's four figures, each beside yesterday and last week at the same time. `deltas` is what came in since they were read. */
export function TodayTiles({ today: read, deltas }: { today: TodayDto; deltas: readonly LiveDelta[] }) {
  const today = added(
    read.today,
    deltas.filter(({ bucket }) => bucket >= read.began),
  );
  const { yesterday, last_week: lastWeek, hours } = read;
  const hourly = (value: (hour: SpanTotals) => number) => evened(hours.map(value), read.at);
  const errorsBefore = rate(yesterday);
  return (
    <div className="grid grid-cols-2 gap-3 xl:grid-cols-4">
      <StatTile
        label="Requests today"
        quantity={magnitude(today.requests, 4)}
        detail={comparison(today.requests, yesterday.requests, lastWeek.requests)}
        chart={
          <Sparkline values={hourly(({ requests }) => requests)} color="--accent" fill className={SPARK} />
        }
      />
      <StatTile
        label="Errors today"
        quantity={split(formatPercent(rate(today)))}
        detail={
          errorsBefore === null ? "No requests yesterday by this time" : errorWords(yesterday, lastWeek)
        }
        chart={
          <Sparkline
            values={hours.map((hour) => rate(hour) ?? 0)}
            color="--exhausted"
            fill
            className={SPARK}
          />
        }
      />
      <StatTile
        label="Tokens today"
        quantity={magnitude(tokens(today), 4)}
        detail={comparison(tokens(today), tokens(yesterday), tokens(lastWeek))}
        chart={<Sparkline values={hourly(tokens)} color="--accent" fill className={SPARK} />}
      />
      <StatTile
        label="Cost today"
        quantity={money(today.cost_micros)}
        detail={comparison(today.cost_micros, yesterday.cost_micros, lastWeek.cost_micros)}
        chart={
          <Sparkline
            values={hourly(({ cost_micros }) => cost_micros)}
            color="--accent"
            fill
            className={SPARK}
          />
        }
      />
    </div>
  );
}

function added(totals: SpanTotals, deltas: readonly LiveDelta[]): SpanTotals {
  return deltas.reduce(
    (sum, delta) => ({
      requests: sum.requests + delta.requests,
      errors: sum.errors + delta.requests - (delta.outcomes[0] ?? 0),
      input_tokens: sum.input_tokens + delta.input_tokens,
      output_tokens: sum.output_tokens + delta.output_tokens,
      cost_micros: sum.cost_micros + delta.cost_micros,
    }),
    totals,
  );
}

/** The hour still running as it will be if it goes on like this; left out in its first minutes. */
function evened(values: readonly number[], at: number): number[] {
  const passed = (at % HOUR) / HOUR;
  const last = values.at(-1) ?? 0;
  return passed < 0.1 ? values.slice(0, -1) : [...values.slice(0, -1), last / passed];
}

function rate({ errors, requests }: SpanTotals): number | null {
  return requests === 0 ? null : errors / requests;
}

function tokens({ input_tokens, output_tokens }: SpanTotals): number {
  return input_tokens + output_tokens;
}

/** "6 % more than yesterday, 12 % less than last week", each up to the same time of day. */
function comparison(today: number, yesterday: number, lastWeek: number): string {
  if (yesterday === 0 && lastWeek === 0) return "None yesterday by this time";
  const parts = [
    ...(yesterday === 0 ? [] : [`${changeWords(today, yesterday)} yesterday`]),
    ...(lastWeek === 0 ? [] : [`${changeWords(today, lastWeek)} last week`]),
  ];
  return `${parts.join(", ")} by this time`;
}

function changeWords(now: number, then: number): string {
  const change = now / then - 1;
  if (Math.abs(change) < 0.005) return "as much as";
  if (change >= 9) return `${formatMagnitude(Math.round(change + 1))} times`;
  return `${formatPercent(Math.round(Math.abs(change) * 100) / 100)} ${change > 0 ? "more" : "less"} than`;
}

function errorWords(yesterday: SpanTotals, lastWeek: SpanTotals): string {
  const before = rate(lastWeek);
  const week = before === null ? "" : ` · ${formatPercent(before)} last week`;
  return `${formatPercent(rate(yesterday))} yesterday${week} by this time`;
}

/** "1.31 %" as number and unit. */
function split(text: string): Quantity {
  const [value = "", unit = ""] = text.startsWith("<") || text.startsWith(">") ? [text] : text.split(" ");
  return { value, unit };
}

/** Cents stand small beside whole dollars; below a dollar they are all there is. */
function money(micros: number): Quantity {
  const text = formatMicros(micros);
  const [, dollars, cents] = /^(\$ [\d,]+)(\.\d\d)$/.exec(text) ?? [];
  return dollars === undefined || cents === undefined || micros < 1e6
    ? { value: text, unit: "" }
    : { value: dollars, unit: cents };
}
