import { quantile } from "@/lib/domain/usage/histogram";
import { formatMs, formatNumber } from "@/lib/format";
import type { SendTotals } from "./sender";

/** One line about what was sent, for a terminal or a log. */
export function progressLine(totals: SendTotals): string {
  const parts = [
    `sent ${formatNumber(totals.sent)}`,
    `accepted ${formatNumber(totals.accepted)}`,
    `duplicates ${formatNumber(totals.duplicates)}`,
    `rejected ${formatNumber(totals.rejected)}`,
    `answered in ${formatMs(quantile(totals.ackLatency, 0.5))} (p99 ${formatMs(quantile(totals.ackLatency, 0.99))})`,
  ];
  if (totals.retries > 0) parts.push(`retries ${formatNumber(totals.retries)}`);
  if (totals.trouble !== null) parts.push(`waiting for the server: ${totals.trouble}`);
  return parts.join(" · ");
}

/** Keeps one line up to date on a terminal, or prints it now and then elsewhere; `stop` ends it. */
export function showProgress(totals: SendTotals, out: NodeJS.WriteStream): { stop(): void } {
  const timer = setInterval(
    () => {
      const line = progressLine(totals);
      out.write(out.isTTY ? `\r\x1b[K${line.slice(0, Math.max(20, out.columns - 1))}` : `${line}\n`);
    },
    out.isTTY ? 500 : 5_000,
  );
  return {
    stop() {
      clearInterval(timer);
      if (out.isTTY) out.write("\r\x1b[K");
    },
  };
}
