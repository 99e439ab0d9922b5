"use client";

import { formatInstant, formatRelative, formatShortInstant, NO_VALUE } from "@/lib/format";
import { useNow, useTimes } from "./viewer";

/** How long ago or how far ahead an instant is, moving by itself; the whole of it on hover, in the viewer's zone. */
export function RelativeTime({ at, className }: { at: number | null | undefined; className?: string }) {
  const now = useNow();
  const times = useTimes();
  if (at === null || at === undefined) return <span className={className}>{NO_VALUE}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatInstant(at, times)} className={className}>
      {formatRelative(at, now)}
    </time>
  );
}

/** An instant, briefly, in the viewer's zone; the whole of it on hover. */
export function Instant({ at, className }: { at: number | null | undefined; className?: string }) {
  const now = useNow(60_000);
  const times = useTimes();
  if (at === null || at === undefined) return <span className={className}>{NO_VALUE}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatInstant(at, times)} className={className}>
      {formatShortInstant(at, times, now)}
    </time>
  );
}
