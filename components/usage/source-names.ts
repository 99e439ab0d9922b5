"use client";

import { useFetched } from "@/components/live/use-fetched";

/** The names of sources by id, read only where they are wanted. */
export function useSourceNames(wanted: boolean): ReadonlyMap<string, string> {
  const { data } = useFetched<{ data: { id: string; name: string }[] }>(
    wanted ? "/api/v1/sources?limit=500" : null,
  );
  return new Map(data?.data.map(({ id, name }) => [id, name]));
}
