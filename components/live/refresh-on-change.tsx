"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { LiveStream } from "./live-stream";
import { isReachable } from "./reachable";

const SETTLE_MS = 150;
const USAGE_EVERY_MS = 4_000;

/**
 * Renders the page anew on the server when something it shows has changed: one of `entities` (rule, incident,
 * delivery …), or with `usage` when events came in, since the page was read at `since`. Draws nothing.
 */
export function RefreshOnChange({
  since,
  entities,
  usage = false,
}: {
  since: string;
  entities: readonly string[];
  usage?: boolean;
}) {
  const router = useRouter();
  const watched = entities.join(" ");
  const sinceRef = useRef(since);
  useEffect(() => {
    const names = new Set(watched.split(" "));
    let due: { timer: ReturnType<typeof setTimeout>; at: number } | undefined;
    let closed = false;
    function refreshIn(ms: number) {
      const at = performance.now() + ms;
      if (due !== undefined && due.at <= at) return;
      clearTimeout(due?.timer);
      const timer = setTimeout(async () => {
        due = undefined;
        // What cannot be had now is asked for again when the stream is back.
        if (!document.hidden && (await isReachable()) && !closed) router.refresh();
      }, ms);
      due = { timer, at };
    }
    const stream = new LiveStream(
      { since: sinceRef.current },
      {
        onUsage: () => usage && refreshIn(USAGE_EVERY_MS),
        onChange: ({ entity }) => names.has(entity) && refreshIn(SETTLE_MS),
        onMissed: () => refreshIn(SETTLE_MS),
      },
    );
    const look = () => {
      if (!document.hidden) refreshIn(SETTLE_MS);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      closed = true;
      sinceRef.current = stream.since;
      clearTimeout(due?.timer);
      stream.close();
      document.removeEventListener("visibilitychange", look);
    };
  }, [router, watched, usage]);
  return null;
}
