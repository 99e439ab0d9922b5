"use client";

import { Progress as Base } from "@base-ui/react/progress";

/** How far something has come, from 0 to 1; null while that is not known. */
export function Progress({ value, label }: { value: number | null; label: string }) {
  return (
    <Base.Root
      value={value === null ? null : Math.round(value * 100)}
      className="flex flex-col gap-1.5 text-sm"
    >
      <div className="flex justify-between">
        <Base.Label className="text-fg-2">{label}</Base.Label>
        <Base.Value className="text-fg-3" />
      </div>
      <Base.Track className="h-1.5 overflow-hidden rounded-full bg-track">
        <Base.Indicator className="h-full rounded-full bg-accent transition-[width] duration-200 data-[indeterminate]:w-1/3 data-[indeterminate]:animate-pulse" />
      </Base.Track>
    </Base.Root>
  );
}
