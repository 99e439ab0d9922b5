"use client";

import { useEffect, useRef, useState } from "react";
import type { LiveChange } from "@/components/live/live-stream";
import { useLive } from "@/components/live/use-live";
import type { KeyPage } from "@/lib/features/keys/queries";
import type { KeyRowDto } from "@/lib/features/keys/schemas";
import { PAGE_ROWS } from "./stretch";

const FIRST = { offset: 0, limit: PAGE_ROWS };

const concerns = ({ entity }: LiveChange) => entity === "key" || entity === "limit";
const idsOf = ({ data }: KeyPage) => data.map(({ id }) => id).join(" ");

/**
 * The rows of a list that is longer than anyone loads: those of the stretch last asked for are kept up to date, others
 * that were seen before are there at once, as they were. `query` is the list's, without the stretch; another begins anew.
 */
export function useKeyRows(initial: KeyPage, query: string) {
  const [stretch, setStretch] = useState(FIRST);
  const [watched, setWatched] = useState(() => idsOf(initial));
  const seen = useRef(new Map<number, KeyRowDto>());
  const [of, setOf] = useState(query);
  const begun = of === query;
  if (!begun) {
    setOf(query);
    setStretch(FIRST);
    seen.current = new Map();
  }
  const live = useLive({
    initial,
    url: `/api/v1/keys?${query}&include=lately&offset=${stretch.offset}&limit=${stretch.limit}`,
    keys: watched === "" ? null : watched.split(" "),
    concerns,
  });
  const { data } = live;
  if (begun) {
    data.data.forEach((row, index) => {
      seen.current.set(data.offset + index, row);
    });
  }
  const ids = idsOf(data);
  useEffect(() => setWatched(ids), [ids]);
  return {
    ...live,
    rowAt: (index: number) => seen.current.get(index),
    /** Asks for a stretch; it comes with the next answer. */
    ask(next: { offset: number; limit: number }) {
      if (next.offset !== stretch.offset || next.limit !== stretch.limit) setStretch(next);
    },
  };
}
