"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useState } from "react";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { formatNumber } from "@/lib/format";

const ASK_EVERY_MS = 1_000;

/** Waits in front of the reader until an event of this source arrives, or says why one was rejected. */
export function FirstEvent({ source }: { source: { id: string; accepted: number; rejected: number } }) {
  const seen = useSource(source.id);
  const accepted = seen === null ? 0 : seen.accepted - source.accepted;
  const rejected = seen === null ? 0 : seen.rejected - source.rejected;
  const reject = rejected > 0 ? seen?.rejects[0] : undefined;
  return (
    <div role="status" className="flex min-h-15 items-center gap-3 rounded-lg border bg-sunken px-3.5 py-2.5">
      {accepted > 0 ? (
        <>
          <CircleCheck aria-hidden className="size-[18px] shrink-0 text-ok-text" />
          <p>
            <span className="font-medium">
              {accepted === 1
                ? "The first event has arrived."
                : `${formatNumber(accepted)} events have arrived.`}
            </span>{" "}
            <TextLink href="/keys">See its key</TextLink>
          </p>
        </>
      ) : reject !== undefined ? (
        <>
          <CircleX aria-hidden className="size-[18px] shrink-0 text-exhausted-text" />
          <p className="foreign-text">
            <span className="font-medium">An event arrived and was rejected.</span> {reject.field}:{" "}
            {reject.message}
          </p>
        </>
      ) : (
        <>
          <Spinner className="size-[18px] shrink-0 text-accent-text" />
          <p>
            <span className="font-medium">Waiting for an event.</span>{" "}
            <span className="text-fg-2">It shows up here as soon as it is stored.</span>
          </p>
        </>
      )}
    </div>
  );
}

/** The source as the API sees it, asked for again and again while the page is looked at. */
function useSource(id: string): SourceDto | null {
  const [source, setSource] = useState<SourceDto | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look() {
      try {
        const response = await fetch(`/api/v1/sources/${id}`, { signal: gone.signal });
        if (response.ok) setSource((await response.json()) as SourceDto);
      } catch {
        // Asked again in a moment.
      }
      if (!gone.signal.aborted) timer = setTimeout(look, ASK_EVERY_MS);
    }
    void look();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [id]);
  return source;
}
