import { closeSync, openSync, writeSync } from "node:fs";
import { formatBytes, formatNumber, formatPercent } from "@/lib/format";
import type { Rejection } from "@/lib/ingest/event";
import type { Totals } from "./checkpoint";

const BAR_CELLS = 24;
const SHOWN_REJECTIONS = 20;
const SHOWN_REASONS = 10;

/** How far a file is read. */
export interface ReadSoFar {
  bytes: number;
  /** Null of a stream. */
  size: number | null;
  /** Since this run began. */
  seconds: number;
  /** Events stored or rejected by this run. */
  events: number;
}

/** One line about a running import; with a bar on a terminal. */
export function progressLine(
  { bytes, size, seconds, events }: ReadSoFar,
  totals: Totals,
  bar: boolean,
): string {
  const read = size === null ? 0 : Math.min(1, bytes / Math.max(1, size));
  const filled = Math.floor(read * BAR_CELLS);
  const parts =
    size === null
      ? [formatBytes(bytes)]
      : [
          ...(bar ? [`${"█".repeat(filled)}${"░".repeat(BAR_CELLS - filled)}`] : []),
          `${formatPercent(read)} of ${formatBytes(size)}`,
        ];
  return [...parts, rate(events, seconds), counts(totals)].join(" · ");
}

/** What an import came to: a line, and one for each of the commonest reasons of rejections. */
export function summary(
  name: string,
  totals: Totals,
  { events, seconds }: ReadSoFar,
  ended: boolean,
): string[] {
  const reasons = Object.entries(totals.reasons).sort(([, a], [, b]) => b - a);
  const more = reasons.slice(SHOWN_REASONS).reduce((sum, [, count]) => sum + count, 0);
  return [
    `${ended ? "Imported" : "Stopped in"} ${name}: ${counts(totals)} · ${seconds.toFixed(1)} s · ${rate(events, seconds)}`,
    ...reasons
      .slice(0, SHOWN_REASONS)
      .map(([reason, count]) => `  rejected ${formatNumber(count)}: ${reason}`),
    ...(more > 0 ? [`  rejected ${formatNumber(more)} for other reasons`] : []),
    ...(ended ? [] : ["The same command goes on from here."]),
  ];
}

const counts = ({ accepted, duplicates, rejected }: Totals) =>
  `accepted ${formatNumber(accepted)} · duplicates ${formatNumber(duplicates)} · rejected ${formatNumber(rejected)}`;

const rate = (events: number, seconds: number) =>
  `${formatNumber(Math.round(events / Math.max(0.001, seconds)))} events/s`;

/**
 * Rejected lines by number, field and reason, never their content: the first ones printed, all written to a file if there is
 * one.
 */
export function rejectionLog(
  path: string | null,
  continued: boolean,
  print: (line: string) => void,
): { add(rejections: readonly Rejection[]): void; close(): void } {
  const file = path === null ? null : openSync(path, continued ? "a" : "w");
  let shown = 0;
  return {
    add(rejections) {
      for (const { index, field, message } of rejections) {
        if (shown < SHOWN_REJECTIONS) print(`Line ${index}: ${field === "" ? "" : `${field}: `}${message}`);
        else if (shown === SHOWN_REJECTIONS)
          print(path === null ? "… --rejects FILE writes all of them." : `… the rest is in ${path}.`);
        if (shown <= SHOWN_REJECTIONS) shown += 1;
      }
      if (file === null || rejections.length === 0) return;
      const lines = rejections.map(({ index, field, message }) =>
        JSON.stringify({ line: index, field, message }),
      );
      writeSync(file, `${lines.join("\n")}\n`);
    },
    close() {
      if (file !== null) closeSync(file);
    },
  };
}
