"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { clsx } from "clsx";
import type { ReactNode } from "react";

/** Something on or off, at once or with its form (it sends "on"). */
export function Switch({
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
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the switch inside
    <label className={clsx("flex w-fit items-start gap-2.5 text-sm pointer-coarse:py-2", className)}>
      <Base.Root
        className="mt-px flex h-[18px] w-[30px] shrink-0 items-center rounded-full bg-control p-[2px] transition-colors duration-100 data-[checked]:bg-accent-solid data-[disabled]:opacity-50"
        {...props}
      >
        <Base.Thumb className="size-[14px] rounded-full bg-on-solid shadow-sm transition-transform duration-100 data-[checked]:translate-x-3" />
      </Base.Root>
      <span className={clsx(hideLabel && "sr-only")}>
        {label}
        {hint && <span className="block text-fg-3 text-xs">{hint}</span>}
      </span>
    </label>
  );
}
