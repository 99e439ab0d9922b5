"use client";

import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { Th } from "@/components/ui/table";

/** The column a table is sorted by, and which way. */
export type Sort = { by: string; descending: boolean };

/** The head of a column that sorts: the largest first, then the smallest; words the other way round. */
export function SortedTh({
  id,
  sort,
  onSort,
  numeric = false,
  className,
  children,
}: {
  id: string;
  sort: Sort;
  onSort: (sort: Sort) => void;
  numeric?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const on = sort.by === id;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <Th
      numeric={numeric}
      aria-sort={on ? (sort.descending ? "descending" : "ascending") : undefined}
      className={className}
    >
      <button
        type="button"
        onClick={() => onSort({ by: id, descending: on ? !sort.descending : numeric })}
        className={clsx(
          "inline-flex max-w-48 items-center gap-1 rounded-xs hover:text-fg",
          on && "text-fg",
          numeric && "flex-row-reverse",
        )}
      >
        <span className="truncate">{children}</span>
        <Arrow aria-hidden className={clsx("size-3 shrink-0", !on && "invisible")} />
      </button>
    </Th>
  );
}

/** Numbers by size, words by the alphabet; what has no value comes last whichever way. */
export function sortRows<T>(
  rows: readonly T[],
  toValue: (row: T) => string | number | null,
  descending: boolean,
): T[] {
  const way = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [toValue(left), toValue(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return (
      way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)))
    );
  });
}
