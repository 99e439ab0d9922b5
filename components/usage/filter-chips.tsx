"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { OUTCOME_LOOK } from "@/lib/domain/charts/series-look";
import { CALL_FILTERS, type CallFilterName, callFiltersOf, withFilter } from "@/lib/domain/usage/call-filter";
import { isOutcome } from "@/lib/domain/usage/outcome";
import { useSourceNames } from "./source-names";

const WORDS: Record<CallFilterName, string> = {
  model: "model",
  route: "route",
  status: "status",
  outcome: "outcome",
  consumer: "consumer",
  client_ip: "address",
  source: "source",
};

/** What the page is narrowed by, each with a way back. `children` are further chips. */
export function FilterChips({ children }: { children?: ReactNode }) {
  const pathname = usePathname();
  const address = useSearchParams();
  const filters = callFiltersOf(address);
  const sources = useSourceNames(filters.source !== undefined);
  const set = CALL_FILTERS.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [{ name, value }];
  });
  if (set.length === 0 && !children) return null;
  return (
    <ul aria-label="Narrowed to" className="mb-3 flex flex-wrap gap-1.5">
      {children}
      {set.map(({ name, value }) => (
        <Chip
          key={name}
          label={WORDS[name]}
          value={name === "source" ? (sources.get(value) ?? value) : valueWords(name, value)}
          href={`${pathname}?${withFilter(new URLSearchParams(address), name, null)}`}
        />
      ))}
    </ul>
  );
}

/** One thing that the page is narrowed to, or compared with. */
export function Chip({ label, value, href }: { label: string; value?: string; href: string }) {
  return (
    <li className="min-w-0">
      <Link
        href={href}
        scroll={false}
        prefetch={false}
        className="inline-flex h-7 max-w-72 items-center gap-1.5 rounded-md bg-accent-soft px-2 text-accent-text text-xs hover:brightness-95 pointer-coarse:h-10"
      >
        <span className="truncate">
          {label} {value !== undefined && <bdi className="font-medium">{value}</bdi>}
        </span>
        <X aria-hidden className="size-3 shrink-0" />
        <span className="sr-only">Take away</span>
      </Link>
    </li>
  );
}

/** A value of a dimension as people read it. */
export function valueWords(name: string, value: string): string {
  if (name === "status" && value === "0") return "no answer";
  if (name === "outcome" && isOutcome(value)) return OUTCOME_LOOK[value].label;
  return value;
}
