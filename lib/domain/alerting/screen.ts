import { DAY, HOUR, MINUTE } from "@/lib/domain/usage/duration";
import { binValue, LAST_BIN } from "@/lib/domain/usage/histogram";
import { metric } from "@/lib/domain/usage/metric";
import { ceilBucket } from "@/lib/domain/usage/window";
import { isAbove } from "./comparison";
import type { Rule } from "./rule";

/**
 * What coarse totals must hold for a rule's condition to be possible at all: blocks of `blockMs`, added up over each block
 * and the `frameMs` before it, cover every window that ends in the block. Where they hold less than `atLeast` of what the
 * metric counts, or fewer requests than the rule needs, no tier can be met, and what fires has recovered.
 */
export type Screen = {
  blockMs: number;
  frameMs: number;
  /** The least of `counts`: of a sum its own unit, of a ratio the counted requests, of a percentile those that slow. */
  atLeast: number;
  minRequests: number;
  /** Percentiles: the lowest bin of the histogram that counts. */
  slowBin: number | null;
};

const BLOCKS = [HOUR, 15 * MINUTE, 5 * MINUTE, MINUTE];

/** null where coarse totals cannot rule anything out. */
export function screenOf(rule: Rule): Screen | null {
  const { kind } = metric(rule.metric);
  const { window } = rule;
  if (!isAbove(rule.operator) || window?.kind !== "sliding" || rule.scope.each === "consumer") return null;
  if (kind !== "sum" && kind !== "ratio" && kind !== "percentile") return null;
  // Missing data is something then: a window without events may not be passed over.
  if (rule.noData === "alert" || (rule.noData === "keep" && kind !== "sum")) return null;
  const bound = Math.min(
    ...rule.tiers.map(({ threshold, recovery }) => Math.min(threshold, recovery ?? threshold)),
  );
  if (!(bound > 0)) return null;
  const blockMs = BLOCKS.find((block) => block <= window.ms) ?? MINUTE;
  const screen = {
    blockMs,
    // Beyond a day windows end with whole minutes.
    frameMs: ceilBucket(window.ms + (window.ms > DAY ? MINUTE : 0), blockMs),
    minRequests: rule.minRequests,
    slowBin: null,
  };
  if (kind === "sum") return { ...screen, atLeast: bound };
  if (kind === "ratio") return { ...screen, atLeast: Math.max(1, Math.floor(bound * rule.minRequests)) };
  const slowBin = Array.from({ length: LAST_BIN + 1 }, (_, bin) => bin).find((bin) => binValue(bin) >= bound);
  return slowBin === undefined ? null : { ...screen, atLeast: 1, slowBin };
}
