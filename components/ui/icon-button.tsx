"use client";

import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { buttonClass } from "./button";
import { Tooltip } from "./tooltip";

/** A button with an icon alone; `label` names it for everybody. */
export function IconButton({
  label,
  icon,
  variant = "ghost",
  size = "md",
  className,
  ...props
}: Omit<ComponentProps<"button">, "aria-label" | "children"> & {
  label: string;
  icon: ReactNode;
  variant?: "secondary" | "ghost";
  size?: "sm" | "md";
}) {
  return (
    <Tooltip content={label}>
      <button
        type="button"
        aria-label={label}
        className={clsx(
          buttonClass({ variant, size }),
          "px-0",
          size === "sm" ? "w-7 pointer-coarse:w-9" : "w-8 pointer-coarse:w-[42px]",
          className,
        )}
        {...props}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
