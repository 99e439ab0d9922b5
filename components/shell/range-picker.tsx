"use client";

import { clsx } from "clsx";
import { CalendarRange } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useState } from "react";
import { askFor } from "@/components/ui/ask-for";
import { onDemand } from "@/components/ui/on-demand";
import { SamePageLink } from "@/components/ui/same-page-link";
import { useTimes } from "@/components/ui/viewer";
import {
  DEFAULT_RANGE,
  PRESETS,
  type Preset,
  parseRange,
  type TimeRange,
  withRange,
} from "@/lib/domain/charts/range";
import { formatInstant, formatShortInstant } from "@/lib/format";

const customRange = onDemand(() => import("./custom-range"));

export const PRESET_LABELS: Record<Preset, string> = {
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "24h": "24 h",
  "7d": "7 d",
  "30d": "30 d",
};

const SEGMENT =
  "inline-flex h-[30px] grow items-center justify-center gap-1.5 whitespace-nowrap border-line border-r px-2.5 last:border-r-0 hover:text-fg focus-visible:-outline-offset-2 max-sm:px-1 pointer-coarse:h-10 by-default:text-fg-2";
const ON = "bg-sunken font-medium text-fg";

/** Which stretch of time the page shows; it stands in the address, so that it can be sent to somebody. */
export function RangePicker({ fallback = DEFAULT_RANGE }: { fallback?: TimeRange }) {
  const params = useSearchParams();
  const pathname = usePathname();
  const range = parseRange(params, fallback);
  const href = (to: TimeRange) => `${pathname}?${withRange(new URLSearchParams(params), to)}`;
  return (
    <nav
      aria-label="Time range"
      className="inline-flex overflow-hidden rounded-lg border border-line-2 bg-surface shadow-sm max-sm:w-full"
    >
      {PRESETS.map((preset) => {
        const on = range.kind === "preset" && range.preset === preset;
        return (
          <SamePageLink
            key={preset}
            href={href({ kind: "preset", preset })}
            aria-current={on ? "true" : undefined}
            className={clsx(SEGMENT, on && ON)}
          >
            {PRESET_LABELS[preset]}
          </SamePageLink>
        );
      })}
      <Custom range={range} href={href} />
    </nav>
  );
}

/** A range of one's own. Its window comes when it is first asked for. */
function Custom({ range, href }: { range: TimeRange; href: (range: TimeRange) => string }) {
  const times = useTimes();
  const found = customRange.use();
  const [asked, setAsked] = useState(false);
  async function show() {
    setAsked(true);
    if ((await askFor(customRange)) === null) setAsked(false);
  }
  const on = range.kind === "custom";
  const button = (
    <button
      type="button"
      className={clsx(SEGMENT, on && ON)}
      aria-current={on ? "true" : undefined}
      aria-haspopup="dialog"
      title={on ? `${formatInstant(range.from, times)} – ${formatInstant(range.to, times)}` : undefined}
      onClick={() => void show()}
    >
      <CalendarRange aria-hidden className={clsx("size-[15px] text-fg-3", !on && "sm:hidden")} />
      <span className="max-sm:sr-only">{on ? <RangeWords range={range} /> : "Custom"}</span>
    </button>
  );
  if (!asked || found === null) return button;
  return <found.CustomRange range={range} href={href} trigger={button} />;
}

function RangeWords({ range }: { range: Extract<TimeRange, { kind: "custom" }> }) {
  const times = useTimes();
  return `${formatShortInstant(range.from, times, range.to)} – ${formatShortInstant(range.to, times, range.to)}`;
}
