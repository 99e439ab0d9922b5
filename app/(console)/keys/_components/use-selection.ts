"use client";

import { type ChangeEvent, useRef, useState } from "react";

/** As many keys as one change may name. */
export const MOST_CHOSEN = 500;

export type Selection = {
  ids: ReadonlySet<string>;
  has(id: string): boolean;
  /** Switches a row; with Shift, all rows from the one switched before. */
  set(index: number, id: string, event: ChangeEvent<HTMLInputElement>): void;
  replace(ids: Iterable<string>): void;
};

/** Which rows of a list are chosen; none of another `query`, whose rows one does not see. */
export function useSelection(rowAt: (index: number) => { id: string } | undefined, query: string): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [of, setOf] = useState(query);
  if (of !== query) {
    setOf(query);
    setIds(new Set());
  }
  const last = useRef<number | null>(null);
  const replace = (next: Iterable<string>) => setIds(new Set([...next].slice(0, MOST_CHOSEN)));
  return {
    ids,
    has: (id) => ids.has(id),
    set(index, id, event) {
      const on = event.currentTarget.checked;
      const shift = (event.nativeEvent as MouseEvent).shiftKey === true;
      const from = shift && last.current !== null ? last.current : index;
      last.current = index;
      const next = new Set(ids);
      for (let at = Math.min(from, index); at <= Math.max(from, index); at++) {
        const of = at === index ? id : rowAt(at)?.id;
        if (of === undefined) continue;
        if (on) next.add(of);
        else next.delete(of);
      }
      replace(next);
    },
    replace,
  };
}
