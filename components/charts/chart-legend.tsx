"use client";

import { clsx } from "clsx";
import type { TimeSeriesModel } from "@/lib/domain/charts/time-series";

/** The names of a chart's series; each leaves its own alone, or with Alt switches it off and on. */
export function ChartLegend({
  model,
  hidden,
  onToggle,
}: {
  model: TimeSeriesModel;
  hidden: ReadonlySet<string>;
  onToggle: (key: string, alone: boolean) => void;
}) {
  return (
    <ul className="-mx-1 flex min-w-0 flex-wrap">
      {model.series.map(({ key, label, color }) => (
        <li key={key} className="min-w-0">
          <button
            type="button"
            aria-pressed={!hidden.has(key)}
            title="Click for this one alone, Alt-click to hide or show it"
            onClick={(event) => onToggle(key, !event.altKey)}
            className={clsx(
              "flex min-h-6 max-w-60 items-center gap-1.5 rounded-sm px-1.5 text-xs hover:bg-hover hover:text-fg pointer-coarse:min-h-7 by-default:text-fg-2",
              hidden.has(key) && "text-fg-3 line-through",
            )}
          >
            <i
              aria-hidden
              className="size-2 shrink-0 rounded-[2px]"
              style={{
                background: hidden.has(key) ? "transparent" : `var(${color})`,
                boxShadow: `inset 0 0 0 1.5px var(${color})`,
              }}
            />
            <span className="truncate">{label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
