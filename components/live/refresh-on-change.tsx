"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { LiveStream } from "./live-stream";
import { isReachable } from "./reachable";

const SETTLE_MS = 150;
const USAGE_EVERY_MS = 4_000;

/**
 * Renders the page anew on the server when something it shows has changed: one of `entities` (rule, incident,
 * delivery …), or with `usage` when events came in. Draws nothing.
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
    let due: { timer: ReturnType<typeof setTimeout>; at: number } | undefined;
    let opened = false;
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
    const stream = new LiveStream("/api/v1/stream", {
      onUsage: () => usage && refreshIn(USAGE_EVERY_MS),
      onChange: ({ entity }) => names.has(entity) && refreshIn(SETTLE_MS),
      onOpen() {
        // What happened while the stream was away is not told again.
        if (opened) refreshIn(SETTLE_MS);
        opened = true;
      },
    });
    const look = () => {
      if (!document.hidden) refreshIn(SETTLE_MS);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      closed = true;
      clearTimeout(due?.timer);
      stream.close();
      document.removeEventListener("visibilitychange", look);
    };
  }, [router, watched, usage]);
  return null;
}
