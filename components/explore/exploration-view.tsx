"use client";

import { clsx } from "clsx";
import { useFetched } from "@/components/live/use-fetched";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import type { ExploredDto } from "@/lib/features/explore/schemas";
import { BucketTable } from "./bucket-table";
import { ExplorationChart } from "./exploration-chart";
import { SeriesTable } from "./series-table";

const EVERY_MS = 10_000;
/** What stands over a chart: its legend and its menu. */
const HEAD = 32;

/**
 * What an exploration found, drawn: from `url`, which answers an ExploredDto, anew every 10 s while `live`. It takes the
 * same room while it loads and when it fails.
 */
export function ExplorationView({
  url,
  live,
  title,
  height,
  summary = false,
  onZoom,
  onDrill,
  token,
}: {
  url: string;
  live: boolean;
  title: string;
  height: number;
  /** With a table of the series under the chart. */
  summary?: boolean;
  onZoom?: ((from: number, to: number, stepMs: number) => void) | undefined;
  /** Called with the group that was chosen in the table of the series. */
  onDrill?: ((group: string, label: string) => void) | undefined;
  /** Of a link, where there is no session. */
  token?: string;
}) {
  const found = useFetched<ExploredDto>(url, live ? EVERY_MS : undefined, token);
  const { data } = found;
  // What another query found must not stand under this one's name.
  const stale = data !== null && found.of !== url;
  if (found.state === "failed" && (data === null || stale)) {
    return (
      <div className="grid place-items-center" style={{ minHeight: height + HEAD }}>
        <ErrorState title="This could not be shown" retry={found.retry}>
          <span className="foreign-text">{found.message}</span>
        </ErrorState>
      </div>
    );
  }
  if (data === null) {
    return (
      <div aria-busy="true">
        <p role="status" className="sr-only">
          Loading
        </p>
        <Skeleton className="mb-2 h-6 w-56 max-w-full" />
        <div style={{ height: height + HEAD - 32 }}>
          <Skeleton className="h-full" />
        </div>
      </div>
    );
  }
  const zoom = onZoom && ((from: number, to: number) => onZoom(from, to, data.step_ms));
  return (
    <div aria-busy={stale} className={clsx("transition-opacity duration-150", stale && "opacity-60")}>
      {found.state === "failed" && (
        <p role="status" className="mb-1 text-risk-text text-xs">
          Not up to date: <span className="foreign-text">{found.message}</span>
        </p>
      )}
      {data.as === "table" ? (
        <BucketTable data={data} title={title} height={height + HEAD} />
      ) : (
        <ExplorationChart data={data} title={title} height={height} onZoom={zoom} />
      )}
      {summary && <SeriesTable data={data} title={title} onDrill={onDrill} />}
    </div>
  );
}
