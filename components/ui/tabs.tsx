"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

const LIST = "flex gap-4 overflow-x-auto border-b [scrollbar-width:none]";
const TAB =
  "-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 text-sm hover:text-fg focus-visible:-outline-offset-2 pointer-coarse:h-11 by-default:border-transparent by-default:text-fg-2";
const ON = "border-accent font-medium text-fg";

/** Panels of which one shows. For tabs that deserve a link, use TabLinks. */
export function Tabs({
  tabs,
  defaultValue,
  label,
  className,
}: {
  tabs: readonly { value: string; label: ReactNode; content: ReactNode }[];
  defaultValue?: string;
  label: string;
  className?: string;
}) {
  return (
    <Base.Root defaultValue={defaultValue ?? tabs[0]?.value} className={className}>
      <Base.List aria-label={label} className={LIST}>
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className={clsx(
              TAB,
              "data-[active]:border-accent data-[active]:font-medium data-[active]:text-fg",
            )}
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}

/** On a phone the line of tabs is longer than the screen. */
function showTab(tab: HTMLAnchorElement | null): void {
  const line = tab?.parentElement;
  if (!tab || !line) return;
  const end = tab.offsetLeft + tab.offsetWidth - line.offsetLeft;
  if (end > line.clientWidth) line.scrollLeft = end - line.clientWidth;
}

/** Tabs that are places of their own: each a link, the current one told by `current`. */
export function TabLinks({
  tabs,
  current,
  label,
  className,
}: {
  tabs: readonly { value: string; label: ReactNode; href: string; count?: number }[];
  current: string;
  label: string;
  className?: string;
}) {
  return (
    <nav aria-label={label} className={clsx(LIST, className)}>
      {tabs.map((tab) => (
        <Link
          key={tab.value}
          ref={tab.value === current ? showTab : undefined}
          href={tab.href}
          scroll={false}
          aria-current={tab.value === current ? "page" : undefined}
          className={clsx(TAB, tab.value === current && ON)}
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-fg-3 text-xs">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
