"use client";

import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

/** A box to tick with its label beside it; inside a form it sends its `name` with `value` ("on"). */
export function Checkbox({
  label,
  hint,
  hideLabel = false,
  className,
  ...props
}: Omit<Base.Root.Props, "className" | "children"> & {
  label: ReactNode;
  hint?: ReactNode;
  hideLabel?: boolean;
  className?: string;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the checkbox inside
    <label className={cn("flex w-fit items-start gap-2 text-sm pointer-coarse:py-2", className)}>
      <Base.Root
        className="group mt-px grid size-4 shrink-0 place-items-center rounded-xs border border-control bg-surface text-on-solid data-[checked]:border-transparent data-[indeterminate]:border-transparent data-[checked]:bg-accent-solid data-[indeterminate]:bg-accent-solid data-[disabled]:opacity-50"
        {...props}
      >
        <Base.Indicator className="data-[unchecked]:hidden">
          <Check aria-hidden strokeWidth={3} className="size-3 group-data-[indeterminate]:hidden" />
          <Minus aria-hidden strokeWidth={3} className="hidden size-3 group-data-[indeterminate]:block" />
        </Base.Indicator>
      </Base.Root>
      <span className={cn(hideLabel && "sr-only")}>
        {label}
        {hint && <span className="block text-fg-3 text-xs">{hint}</span>}
      </span>
    </label>
  );
}
