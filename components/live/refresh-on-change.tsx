"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const SETTLE_MS = 150;
const USAGE_EVERY_MS = 4_000;

/**
 * Loads the page's data anew when something it shows has changed: one of `entities` (rule, incident, delivery …), or
 * with `usage` when events came in. Draws nothing.
 */
export function RefreshOnChange({
  entities,
  usage = false,
}: {
  entities: readonly string[];
  usage?: boolean;
}) {
  const router = useRouter();
  const watched = entities.join(" ");
  useEffect(() => {
    const names = new Set(watched.split(" "));
    const stream = new EventSource("/api/v1/stream");
    let due: ReturnType<typeof setTimeout> | undefined;
    let wasLost = false;
    const refreshIn = (ms: number) => {
      due ??= setTimeout(() => {
        due = undefined;
        if (document.visibilityState === "visible") router.refresh();
      }, ms);
    };
    stream.addEventListener("changed", (event) => {
      if (names.has((JSON.parse(event.data) as { entity: string }).entity)) {
        clearTimeout(due);
        due = undefined;
        refreshIn(SETTLE_MS);
      }
    });
    if (usage) stream.addEventListener("usage", () => refreshIn(USAGE_EVERY_MS));
    stream.addEventListener("error", () => {
      wasLost = true;
    });
    // What happened while the stream was away is not told again.
    stream.addEventListener("open", () => {
      if (wasLost) refreshIn(SETTLE_MS);
      wasLost = false;
    });
    const onVisible = () => {
      if (document.visibilityState === "visible") refreshIn(SETTLE_MS);
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearTimeout(due);
      stream.close();
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [router, watched, usage]);
  return null;
}
