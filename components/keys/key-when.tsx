"use client";

import { HeadroomWhen } from "@/components/headroom/headroom-when";
import { useNow, useTimes } from "@/components/ui/viewer";
import type { KeyDto } from "@/lib/features/keys/schemas";
import { formatClock, formatInstant, formatMs, NO_VALUE } from "@/lib/format";
import { headroomOf, tightestOf } from "./key-headroom";

/** When a key is back if it cannot be used now; else when its tightest limit runs dry and resets. */
export function KeyWhen({ of, at }: { of: KeyDto; at: number }) {
  const now = useNow();
  const times = useTimes();
  const tightest = tightestOf(of);
  const until = of.until === null ? null : Date.parse(of.until);
  if (until !== null && until > now) {
    const left = formatMs(Math.ceil((until - now) / 1_000) * 1_000);
    const throttled = of.state === "throttled";
    return (
      <span className="block whitespace-nowrap" title={`Back: ${formatInstant(until, times)}`}>
        <span className="block font-medium">{throttled ? `Cooling down, ${left}` : "Quota spent"}</span>
        <span className="block text-fg-3 text-xs">
          {throttled ? `back at ${formatClock(until, times)}` : `back in ${left}`}
        </span>
      </span>
    );
  }
  if (tightest === undefined) return <span className="text-fg-3">{NO_VALUE}</span>;
  return <HeadroomWhen headroom={headroomOf(tightest, of, at)} />;
}
