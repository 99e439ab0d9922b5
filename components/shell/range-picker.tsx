"use client";

import { CalendarRange } from "lucide-react";
import Link from "next/link";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Popover } from "@/components/ui/popover";
import { useTimes, useZone } from "@/components/ui/viewer";
import {
  checkRange,
  DEFAULT_RANGE,
  fromLocalInput,
  PRESETS,
  type Preset,
  parseRange,
  resolveRange,
  type TimeRange,
  toLocalInput,
  withRange,
} from "@/lib/domain/charts/range";
import { zoneWords } from "@/lib/domain/usage/zone-names";
import { formatInstant, formatShortInstant } from "@/lib/format";

export const PRESET_LABELS: Record<Preset, string> = {
  "15m": "15 min",
  "1h": "1 h",
  "6h": "6 h",
  "24h": "24 h",
  "7d": "7 d",
  "30d": "30 d",
};

const SEGMENT =
  "inline-flex h-[30px] grow items-center justify-center gap-1.5 whitespace-nowrap border-line border-r px-2.5 text-fg-2 last:border-r-0 hover:text-fg focus-visible:-outline-offset-2 max-sm:px-1 pointer-coarse:h-10";
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
          <Link
            key={preset}
            href={href({ kind: "preset", preset })}
            replace
            scroll={false}
            prefetch={false}
            aria-current={on ? "true" : undefined}
            className={cn(SEGMENT, on && ON)}
          >
            {PRESET_LABELS[preset]}
          </Link>
        );
      })}
      <CustomRange range={range} href={href} />
    </nav>
  );
}

function CustomRange({ range, href }: { range: TimeRange; href: (range: TimeRange) => string }) {
  const zone = useZone();
  const times = useTimes();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const on = range.kind === "custom";

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const from = fromLocalInput(String(data.get("from") ?? ""), zone);
    const to = fromLocalInput(String(data.get("to") ?? ""), zone);
    const problem = from === null || to === null ? "Give a start and an end." : checkRange(from, to);
    setError(problem);
    if (problem !== null || from === null || to === null) return;
    router.replace(href({ kind: "custom", from, to }), { scroll: false });
    setOpen(false);
  }

  return (
    <Popover
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setError(null);
      }}
      align="end"
      title="Custom range"
      className="w-72"
      trigger={
        <button
          type="button"
          className={cn(SEGMENT, on && ON)}
          aria-current={on ? "true" : undefined}
          title={on ? `${formatInstant(range.from, times)} – ${formatInstant(range.to, times)}` : undefined}
        >
          <CalendarRange aria-hidden className={cn("size-[15px] text-fg-3", !on && "sm:hidden")} />
          <span className="max-sm:sr-only">{on ? <RangeWords range={range} /> : "Custom"}</span>
        </button>
      }
    >
      {/* The calendar's fields start at what is shown now. */}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Bounds range={range} zone={zone} />
        <p className="text-fg-3 text-xs">Times are in your zone, {zoneWords(zone)}.</p>
        {error !== null && (
          <p role="alert" className="text-exhausted-text text-xs">
            {error}
          </p>
        )}
        <Button type="submit" variant="primary">
          Apply
        </Button>
      </form>
    </Popover>
  );
}

function Bounds({ range, zone }: { range: TimeRange; zone: string }) {
  // Mounted with the popup, in the browser only.
  const [{ from, to }] = useState(() => resolveRange(range, Date.now()));
  return (
    <>
      <Field label="From">
        <Input type="datetime-local" name="from" defaultValue={toLocalInput(from, zone)} required />
      </Field>
      <Field label="To">
        <Input type="datetime-local" name="to" defaultValue={toLocalInput(to, zone)} required />
      </Field>
    </>
  );
}

function RangeWords({ range }: { range: Extract<TimeRange, { kind: "custom" }> }) {
  const times = useTimes();
  return `${formatShortInstant(range.from, times, range.to)} – ${formatShortInstant(range.to, times, range.to)}`;
}
