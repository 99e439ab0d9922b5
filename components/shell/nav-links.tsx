"use client";

import { clsx } from "clsx";
import { ListChecks } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { formatNumber } from "@/lib/format";
import { isCurrent, NAV, type NavItem } from "./nav";

/** The places of the console, down the side. */
export function SideNav({
  incidents,
  start,
}: {
  incidents: number;
  start: { done: number; of: number } | null;
}) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="flex flex-col">
      {start !== null && (
        <Link
          href="/start"
          aria-current={isCurrent("/start", pathname) ? "page" : undefined}
          className={clsx(
            "mb-2.5 flex min-h-8 items-center gap-2.5 rounded-md border px-2 hover:bg-hover hover:text-fg by-default:bg-surface by-default:text-fg-2",
            isCurrent("/start", pathname) && "bg-sunken font-medium text-fg",
          )}
        >
          <ListChecks aria-hidden className="size-[15px] shrink-0 text-accent-text" strokeWidth={1.8} />
          Getting started
          <span className="ml-auto text-fg-3 text-xs tabular-nums">
            {start.done}
            <span aria-hidden>/</span>
            <span className="sr-only"> of </span>
            {start.of}
          </span>
        </Link>
      )}
      {NAV.map((group) => (
        <ul
          key={group[0]?.href}
          className="mx-0 flex flex-col gap-px border-t py-2.5 first:border-t-0 first:pt-0"
        >
          {group.map((item) => (
            <li key={item.href}>
              <SideLink item={item} current={isCurrent(item.href, pathname)} incidents={incidents} />
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

function SideLink({ item, current, incidents }: { item: NavItem; current: boolean; incidents: number }) {
  const { icon: Icon } = item;
  return (
    <Link
      href={item.href}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "flex min-h-8 items-center gap-2.5 rounded-md px-2 hover:bg-hover hover:text-fg by-default:text-fg-2",
        current && "bg-sunken font-medium text-fg",
      )}
    >
      <Icon aria-hidden className="size-[15px] shrink-0" strokeWidth={1.8} />
      {item.label}
      {item.counted && <Count value={incidents} className="ml-auto" />}
    </Link>
  );
}

const BOTTOM = ["/", "/keys", "/incidents"];

/** The three places one needs on call, for the bar at the bottom of a phone. */
export function BottomLinks({ incidents }: { incidents: number }) {
  const pathname = usePathname();
  const items = NAV.flat().filter(({ href }) => BOTTOM.includes(href));
  return items.map(({ href, label, icon: Icon, counted }) => {
    const current = isCurrent(href, pathname);
    return (
      <Link
        key={href}
        href={href}
        aria-current={current ? "page" : undefined}
        className={clsx(BOTTOM_ITEM, current && "font-medium text-fg")}
      >
        <span className="relative">
          <Icon aria-hidden className="size-5" strokeWidth={1.8} />
          {counted && <Count value={incidents} className="-top-1.5 absolute left-3" />}
        </span>
        {label}
      </Link>
    );
  });
}

/** An entry of the bottom bar. */
export const BOTTOM_ITEM =
  "flex min-h-14 grow basis-0 flex-col items-center justify-center gap-1 text-2xs focus-visible:-outline-offset-2 by-default:text-fg-3";

function Count({ value, className }: { value: number; className?: string }) {
  if (value === 0) return null;
  return (
    <span
      className={clsx(
        "min-w-[18px] rounded-full bg-danger-solid px-[5px] text-center font-medium text-2xs text-on-solid leading-[17px]",
        className,
      )}
    >
      {value > 99 ? "99+" : formatNumber(value)}
      <span className="sr-only"> open</span>
    </span>
  );
}
