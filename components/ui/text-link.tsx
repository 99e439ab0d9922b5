import Link from "next/link";
import type { ComponentProps } from "react";
import { cn } from "./cn";

/** A link in running text, or with `quiet` one that stands aside ("All 256 keys →"). */
export function TextLink({
  quiet = false,
  className,
  ...props
}: ComponentProps<typeof Link> & { quiet?: boolean }) {
  return (
    <Link
      className={cn(
        "rounded-xs underline-offset-[3px] hover:underline",
        quiet ? "text-fg-2 hover:text-fg" : "text-accent-text",
        className,
      )}
      {...props}
    />
  );
}
