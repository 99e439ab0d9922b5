"use client";

import { useEffect, useRef, useState } from "react";
import type { LiveChange } from "@/components/live/live-stream";
import { useLive } from "@/components/live/use-live";
import type { KeyPage } from "@/lib/features/keys/queries";
import type { KeyRowDto } from "@/lib/features/keys/schemas";
import { PAGE_ROWS } from "./stretch";

type Stretch = { offset: number; limit: number };

const FIRST: Stretch = { offset: 0, limit: PAGE_ROWS };

const concerns = ({ entity }: LiveChange) => entity === "key" || entity === "limit";
const idsOf = ({ data }: KeyPage) => data.map(({ id }) => id).join(" ");

const urlOf = (query: string, { offset, limit }: Stretch) =>
  `/api/v1/keys?${query}&include=lately&offset=${offset}&limit=${limit}`;

/** The list's query in the parameters that its rows were asked for with. */
function queryOf(params: URLSearchParams): string {
  const query = new URLSearchParams(params);
  for (const name of ["include", "offset", "limit"]) query.delete(name);
  return query.toString();
}

/** A stream of more keys than are shown serves as well as another one, which would have to be opened first. */
function covers(watched: string, ids: string): boolean {
  const known = new Set(watched.split(" "));
  return watched !== "" && ids !== "" && ids.split(" ").every((id) => known.has(id));
}

/**
 * The rows of a list that is longer than anyone loads: those of the stretch last asked for are kept up to date, others
 * that were seen before are there at once, as they were. `query` is the list's, without the stretch, `queryAt` what it is
 * at an address, `initialQuery` that of what the server read; another begins anew, and until its rows are there those of
 * the former (`of`) stay.
 */
export function useKeyRows({
  initial,
  since,
  initialQuery,
  query,
  queryAt,
}: {
  initial: KeyPage;
  since: string;
  initialQuery: string;
  query: string;
  queryAt(address: URLSearchParams): string;
}) {
  const [stretch, setStretch] = useState(FIRST);
  const [watched, setWatched] = useState(() => idsOf(initial));
  const [asked, setAsked] = useState(query);
  if (asked !== query) {
    setAsked(query);
    setStretch(FIRST);
  }
  const live = useLive({
    initial,
    since,
    initialUrl: urlOf(initialQuery, FIRST),
    urlOf: (address) => {
      const next = queryAt(address);
      return urlOf(next, next === asked ? stretch : FIRST);
    },
    keys: watched === "" ? null : watched.split(" "),
    concerns,
  });
  const { data } = live;
  const of = queryOf(live.params);
  const seen = useRef({ of, rows: new Map<number, KeyRowDto>() });
  if (seen.current.of !== of) seen.current = { of, rows: new Map() };
  data.data.forEach((row, index) => {
    seen.current.rows.set(data.offset + index, row);
  });
  const ids = idsOf(data);
  useEffect(() => setWatched((before) => (covers(before, ids) ? before : ids)), [ids]);
  return {
    ...live,
    of,
    busy: of !== query,
    rowAt: (index: number) => seen.current.rows.get(index),
    /** Asks for a stretch; it comes with the next answer. */
    ask(next: Stretch) {
      if (next.offset !== stretch.offset || next.limit !== stretch.limit) setStretch(next);
    },
  };
}
