import { clsx } from "clsx";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { Spinner } from "./spinner";

export type ButtonLook = {
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "sm" | "md" | "lg";
  icon?: ReactNode;
};

const VARIANTS = {
  primary: "border-transparent bg-accent-solid text-on-solid shadow-sm hover:brightness-110",
  secondary: "border-line-2 bg-surface text-fg shadow-sm hover:bg-hover",
  ghost: "border-transparent hover:bg-hover hover:text-fg by-default:text-fg-2",
  danger: "border-transparent bg-danger-solid text-on-solid shadow-sm hover:brightness-110",
};

const SIZES = {
  sm: "h-7 gap-1.5 rounded-md text-xs pointer-coarse:h-9 by-default:px-2.5",
  md: "h-8 gap-2 rounded-lg text-sm pointer-coarse:h-[42px] by-default:px-3",
  lg: "h-10 gap-2 rounded-lg text-base pointer-coarse:h-11 by-default:px-4",
};

/** The classes of a button, for elements that only look like one. */
export function buttonClass({ variant = "secondary", size = "md" }: ButtonLook = {}): string {
  return clsx(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap border font-medium transition-[background-color,filter] duration-100",
    "disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-[15px] [&_svg]:shrink-0",
    VARIANTS[variant],
    SIZES[size],
  );
}

/** A button. `loading` shows a spinner and takes no clicks, but keeps the focus, which one that is disabled loses. */
export function Button({
  variant,
  size,
  icon,
  loading = false,
  className,
  children,
  type = "button",
  onClick,
  ...props
}: ComponentProps<"button"> & ButtonLook & { loading?: boolean }) {
  return (
    <button
      type={type}
      className={clsx(buttonClass({ variant, size }), className)}
      aria-disabled={loading || undefined}
      aria-busy={loading || undefined}
      onClick={loading ? refuse : onClick}
      {...props}
    >
      {loading ? <Spinner /> : icon}
      {children}
    </button>
  );
}

const refuse = (event: MouseEvent) => event.preventDefault();
