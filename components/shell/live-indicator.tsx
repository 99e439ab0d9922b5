"use client";

import { clsx } from "clsx";
import { useEffect, useState } from "react";
import { formatMs } from "@/lib/format";

/** `connecting` at first, `live` while events come, `offline` when the connection is lost, `paused` by the viewer. */
export type LiveStatus = "connecting" | "live" | "offline" | "paused";

const STALE_AFTER_MS = 15_000;

const WORDS: Record<LiveStatus | "stale", string> = {
  connecting: "Connecting",
  live: "Live",
  stale: "No news",
  offline: "Connection lost, trying again",
  paused: "Paused",
};

const DOTS: Record<LiveStatus | "stale", string> = {
  connecting: "bg-idle animate-pulse",
  live: "bg-ok ring-[3px] ring-ok/18",
  stale: "bg-risk ring-[3px] ring-risk/18",
  offline: "bg-exhausted ring-[3px] ring-exhausted/18",
  paused: "bg-idle",
};

/**
 * Whether the page moves by itself and how old its data is. `heardAt` is when the stream last said anything (its
 * heartbeat included), in epoch ms; silence for 15 s shows as "No news".
 */
export function LiveIndicator({ status, heardAt }: { status: LiveStatus; heardAt: number | null }) {
  const age = useAge(heardAt);
  const shown = status === "live" && age !== null && age > STALE_AFTER_MS ? "stale" : status;
  return (
    // As wide from the beginning as it is with an age, so that nothing beside it moves.
    <span className="inline-flex min-w-30 items-center gap-2 whitespace-nowrap text-fg-3 text-xs">
      <i aria-hidden className={clsx("mx-[3px] size-[7px] shrink-0 rounded-full", DOTS[shown])} />
      <span>
        {/* Only a change of the status is announced, not every tick of the age. */}
        <span role="status">{WORDS[shown]}</span>
        {age !== null && shown !== "connecting" && (
          <>
            {" · "}
            <span className="inline-block min-w-13">{ageWords(age)} ago</span>
          </>
        )}
      </span>
    </span>
  );
}

function ageWords(age: number): string {
  return age < 10_000 ? `${(age / 1_000).toFixed(1)} s` : formatMs(Math.floor(age / 1_000) * 1_000);
}

function useAge(heardAt: number | null): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return heardAt === null || now === null ? null : Math.max(0, now - heardAt);
}
