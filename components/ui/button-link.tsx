import Link from "next/link";
import type { ComponentProps } from "react";
import { type ButtonLook, buttonClass } from "./button";
import { cn } from "./cn";

/** A link that looks like a button. */
export function ButtonLink({
  variant,
  size,
  icon,
  className,
  children,
  ...props
}: ComponentProps<typeof Link> & ButtonLook) {
  return (
    <Link className={cn(buttonClass({ variant, size }), className)} {...props}>
      {icon}
      {children}
    </Link>
  );
}
