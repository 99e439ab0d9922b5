"use client";

import Link from "next/link";
import type { ComponentProps, MouseEvent } from "react";
import { tellNextAddress } from "./next-address";

/** Changes the address within the page, which follows it by itself: the server need not render the page anew. */
export function replaceAddress(href: string): void {
  tellNextAddress(href);
  window.history.replaceState(null, "", href);
}

/** A link to the page as it is with other parameters. */
export function SamePageLink({
  href,
  ...props
}: Omit<ComponentProps<typeof Link>, "href"> & { href: string }) {
  function follow(event: MouseEvent) {
    if (isForOther(event)) return;
    event.preventDefault();
    replaceAddress(href);
  }
  return (
    <Link
      href={href}
      replace
      scroll={false}
      prefetch={false}
      onPointerDown={(event) => {
        if (event.pointerType === "mouse" && event.button === 0 && !isForOther(event)) tellNextAddress(href);
      }}
      onClick={follow}
      {...props}
    />
  );
}

/** Whoever wants it in another tab gets it there. */
const isForOther = ({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  metaKey || ctrlKey || shiftKey || altKey;
