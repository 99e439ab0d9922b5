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
