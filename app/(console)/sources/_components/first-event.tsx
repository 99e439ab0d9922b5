"use client";

import { clsx } from "clsx";
import { CircleCheck, CircleX } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { RejectView, SampleView } from "@/components/sources/sample-view";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";
import type { RejectSample, SourceDto, SourceSample } from "@/lib/features/sources/schemas";
import { formatNumber } from "@/lib/format";

const ASK_EVERY_MS = 1_000;

/** A source and what it had sent before. */
export type Since = Pick<SourceDto, "id" | "accepted" | "duplicates" | "rejected">;

/** Waits in front of the reader until something of this source arrives, and shows it as received and as understood. */
export function FirstEvent({ source, className }: { source: Since; className?: string }) {
  const { sample, reject, taken, rejected } = useArrivals(source);
  return (
    <section
      aria-label="First event"
      className={clsx("min-w-0 overflow-hidden rounded-xl border bg-surface shadow-sm", className)}
    >
      <div role="status" className="flex min-h-14 items-center gap-3 border-b px-4 py-2.5">
        {sample !== null ? (
          <Said icon={<CircleCheck aria-hidden className="text-ok-text" />}>
            <span className="font-medium">
              {taken === 1 ? "The first event has arrived." : `${formatNumber(taken)} events have arrived.`}
            </span>{" "}
            <TextLink href={`/keys/${sample.understood.key.id}`}>See its key</TextLink>
            {rejected > 0 && (
              <span className="text-fg-2"> · {formatNumber(rejected)} rejected, see the source's page</span>
            )}
          </Said>
        ) : reject !== null ? (
          <Said icon={<CircleX aria-hidden className="text-exhausted-text" />}>
            <span className="font-medium">An event arrived and was rejected.</span>{" "}
            <span className="text-fg-2">The next one may be better: this page keeps waiting.</span>
          </Said>
        ) : (
          <Said icon={<Spinner className="text-accent-text" />}>
            <span className="font-medium">Waiting for the first event.</span>{" "}
            <span className="text-fg-2">It shows up here as soon as it is stored.</span>
          </Said>
        )}
      </div>
      {sample !== null ? (
        <SampleView sample={sample} name="First event" />
      ) : reject !== null ? (
        <RejectView reject={reject} name="First event" />
      ) : (
        <div aria-hidden className="grid sm:grid-cols-2 sm:divide-x">
          <Empty>As received</Empty>
          <Empty>As understood</Empty>
        </div>
      )}
    </section>
  );
}

function Said({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <>
      <span className="flex shrink-0 [&_svg]:size-[18px]">{icon}</span>
      <p className="min-w-0">{children}</p>
    </>
  );
}

/** Where a record's lines will be, in the lengths that such lines have. */
function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="px-4 py-3 sm:h-80">
      <p className="mb-3.5 font-medium text-fg-2 text-xs">{children}</p>
      <div className="flex flex-col gap-3">
        {["w-1/3", "w-2/3", "w-1/2", "w-3/4", "w-2/5"].map((width) => (
          <span key={width} className={clsx("h-2 rounded-full bg-track", width)} />
        ))}
      </div>
    </div>
  );
}

interface Arrivals {
  /** The first that was understood; it stays while others follow. */
  sample: SourceSample | null;
  reject: RejectSample | null;
  taken: number;
  rejected: number;
}

/** What has come since, asked for again and again while the page is looked at. */
function useArrivals({ id, accepted, duplicates, rejected }: Since): Arrivals {
  const [arrivals, setArrivals] = useState<Arrivals>({ sample: null, reject: null, taken: 0, rejected: 0 });
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    function note(source: SourceDto) {
      const taken = source.accepted + source.duplicates - accepted - duplicates;
      const refused = source.rejected - rejected;
      setArrivals((before) => ({
        sample: before.sample ?? (taken > 0 ? source.sample : null),
        reject: refused > 0 ? (source.rejects[0] ?? null) : null,
        taken,
        rejected: refused,
      }));
    }
    async function look() {
      try {
        const response = await fetch(`/api/v1/sources/${id}`, { signal: gone.signal });
        if (response.ok) note((await response.json()) as SourceDto);
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
  }, [id, accepted, duplicates, rejected]);
  return arrivals;
}
