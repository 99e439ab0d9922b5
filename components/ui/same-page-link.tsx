"use client";

import Link from "next/link";
import type { ComponentProps, MouseEvent } from "react";

/** Changes the address within the page, which follows it by itself: the server need not render the page anew. */
export const replaceAddress = (href: string): void => window.history.replaceState(null, "", href);

/** A link to the page as it is with other parameters. */
export function SamePageLink({
  href,
  ...props
}: Omit<ComponentProps<typeof Link>, "href"> & { href: string }) {
  function follow(event: MouseEvent) {
    // Whoever wants it in another tab gets it there.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    replaceAddress(href);
  }
  return <Link href={href} replace scroll={false} prefetch={false} onClick={follow} {...props} />;
}
