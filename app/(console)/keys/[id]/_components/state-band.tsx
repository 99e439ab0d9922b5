"use client";

import { clsx } from "clsx";
import { PLOT_LEFT, PLOT_RIGHT } from "@/components/charts/plot-area";
import { useFetched } from "@/components/live/use-fetched";
import { STATE_LOOK, STATE_ORDER } from "@/components/state/state-badge";
import { useNow, useTimes } from "@/components/ui/viewer";
import { resolveRange, type TimeRange, withRange } from "@/lib/domain/charts/range";
import { MINUTE, SECOND } from "@/lib/domain/usage/duration";
import { floorBucket } from "@/lib/domain/usage/window";
import type { KeyStatesDto } from "@/lib/features/keys/states";
import { formatMs, formatPercent, formatShortInstant } from "@/lib/format";

const EVERY_MS = 10 * SECOND;

/** The key's state over time, on the time axis of the chart above it. */
export function StateBand({
  id,
  range,
  stepMs,
  held,
}: {
  id: string;
  range: TimeRange;
  stepMs: number;
  /** Nothing is asked meanwhile. */
  held: boolean;
}) {
  const times = useTimes();
  const now = useNow(10 * SECOND);
  const found = useFetched<KeyStatesDto>(
    held ? null : `/api/v1/keys/${id}/states?${withRange(new URLSearchParams(), range)}`,
    EVERY_MS,
  );
  const { from, to } = resolveRange(range, now);
  const first = floorBucket(from, stepMs);
  // The chart ends where its last bucket begins.
  const length = Math.max(stepMs, floorBucket(to - 1, stepMs) - first);
  const spans = (found.data?.states ?? []).flatMap((span) => {
    const [start, end] = [Math.max(span.from, first), Math.min(span.to, first + length)];
    return end <= start ? [] : [{ ...span, start, share: (end - start) / length }];
  });
  const shares = STATE_ORDER.map((state) => ({
    state,
    share: spans.reduce((sum, span) => sum + (span.state === state ? span.share : 0), 0),
  })).filter(({ share }) => share > 0);
  const words = (span: { from: number; to: number; state: keyof typeof STATE_LOOK }) =>
    `${STATE_LOOK[span.state].label} for ${formatMs(Math.max(MINUTE, span.to - span.from))}, from ${formatShortInstant(span.from, times, now)}`;
  return (
    <div className="mt-2" style={{ paddingLeft: PLOT_LEFT, paddingRight: PLOT_RIGHT }}>
      <div className="relative h-2.5 overflow-hidden rounded-xs bg-track">
        <span className="sr-only">{`State over time: ${spans.map(words).join("; ") || "not known yet"}.`}</span>
        {spans.map((span) => (
          <i
            key={span.from}
            aria-hidden
            title={words(span)}
            className={clsx("absolute inset-y-0 min-w-px", STATE_LOOK[span.state].fill)}
            style={{ left: `${((span.start - first) / length) * 100}%`, width: `${span.share * 100}%` }}
          />
        ))}
      </div>
      <p className="mt-1 flex min-h-4 flex-wrap gap-x-3 gap-y-0.5 text-fg-3 text-xs">
        <span className="text-fg-2">State</span>
        {found.state === "failed" && found.data === null && "could not be loaded"}
        {shares.map(({ state, share }) => (
          <span key={state} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <i aria-hidden className={clsx("size-2 rounded-[2px]", STATE_LOOK[state].fill)} />
            {STATE_LOOK[state].label} {formatPercent(share)}
          </span>
        ))}
      </p>
    </div>
  );
}
