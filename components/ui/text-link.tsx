import { clsx } from "clsx";
import Link from "next/link";
import type { ComponentProps } from "react";

/** A link in running text, or with `quiet` one that stands aside ("All 256 keys →"). */
export function TextLink({
  quiet = false,
  className,
  ...props
}: ComponentProps<typeof Link> & { quiet?: boolean }) {
  return (
    <Link
      className={clsx(
        "rounded-xs underline-offset-[3px] hover:underline",
        quiet ? "hover:text-fg by-default:text-fg-2" : "by-default:text-accent-text",
        className,
      )}
      {...props}
    />
  );
}
