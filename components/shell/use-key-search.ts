"use client";

import { useEffect, useState } from "react";
import type { KeyDto } from "@/lib/features/keys/schemas";

const TYPED_FOR_MS = 120;

export type KeySearch = { keys: readonly KeyDto[]; state: "idle" | "searching" | "failed" };

/** The keys that the server finds for `text`, the worst first; the former ones stay until the new ones are there. */
export function useKeySearch(text: string, most: number): KeySearch {
  const query = text.trim();
  const [found, setFound] = useState<KeySearch>({ keys: [], state: "idle" });
  useEffect(() => {
    if (query === "") {
      setFound({ keys: [], state: "idle" });
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      setFound(({ keys }) => ({ keys, state: "searching" }));
      try {
        const params = new URLSearchParams({ q: query, sort: "state", limit: String(most) });
        const answer = await fetch(`/api/v1/keys?${params}`, { signal: controller.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const { data } = (await answer.json()) as { data: KeyDto[] };
        setFound({ keys: data, state: "idle" });
      } catch {
        if (!controller.signal.aborted) setFound({ keys: [], state: "failed" });
      }
    }, TYPED_FOR_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query, most]);
  return found;
}
