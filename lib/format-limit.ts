import type { LimitMetric } from "@/lib/domain/usage/limit";
import { metric } from "@/lib/domain/usage/metric";
import { formatMetric, formatUsd } from "./format";

const NOUNS: Record<LimitMetric, string> = {
  requests: "requests",
  input_tokens: "input tokens",
  output_tokens: "output tokens",
  total_tokens: "tokens",
  cost_usd: "cost",
};

const SPANS: Record<string, string> = {
  "1s": "a second",
  "60s": "a minute",
  "1m": "a minute",
  "60m": "an hour",
  "1h": "an hour",
  calendar_hour: "an hour",
  "24h": "in any 24 h",
  "1d": "in any 24 h",
  calendar_day: "a day",
  calendar_month: "a month",
};

/** What a limit counts: "requests a day", "tokens a minute", "cost in any 5 min". */
export function limitWords(of: LimitMetric, window: string): string {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(window) ?? [];
  const span = SPANS[window] ?? (count ? `in any ${count} ${unit === "m" ? "min" : unit}` : `per ${window}`);
  return `${NOUNS[of]} ${span}`;
}

/** How much is used: "29.1 k of 30 k". */
export function usedWords({
  metric: of,
  used,
  amount,
}: {
  metric: LimitMetric;
  used: number;
  amount: number;
}): string {
  if (metric(of).unit !== "usd") {
    return `${formatMetric(of, used, { bare: true })} of ${formatMetric(of, amount, { bare: true })}`;
  }
  const whole = (usd: number) => formatUsd(usd).replace(/\.00$/, "");
  return `${whole(used)} of ${whole(amount)}`;
}
