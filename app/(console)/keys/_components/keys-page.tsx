"use client";

import { KeyRound, SearchX } from "lucide-react";
import { LiveStatus } from "@/components/live/live-status";
import type { LiveChange } from "@/components/live/live-stream";
import { StaleNotice } from "@/components/live/stale-notice";
import { useLive } from "@/components/live/use-live";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import type { KeyPage, keyFacets } from "@/lib/features/keys/queries";
import { formatNumber } from "@/lib/format";
import { AddKey } from "./add-key";
import { KeyFilters } from "./key-filters";
import { KeyTable } from "./key-table";

export type KeyFacets = Awaited<ReturnType<typeof keyFacets>>;

const concerns = ({ entity }: LiveChange) => entity === "key" || entity === "limit";

/** The list of keys; `query` is what it shows, as the address has it. */
export function KeysPage({
  initial,
  facets,
  query,
  canWrite,
}: {
  initial: KeyPage;
  facets: KeyFacets;
  query: string;
  canWrite: boolean;
}) {
  const ids = initial.data.map(({ id }) => id);
  const { data, stream, failure, refresh } = useLive({
    initial,
    url: `/api/v1/keys?${query}`,
    keys: ids.length === 0 ? null : ids,
    concerns,
  });
  const params = new URLSearchParams(query);
  const to = (changes: Record<string, string | null>) => hrefWith(params, changes);
  const filtered = ["state", "provider", "pool", "q", "retired"].some((name) => params.has(name));
  const none = facets.total + facets.retired === 0 && data.total === 0;

  return (
    <>
      <PageHeader
        title="Keys"
        actions={
          <>
            <LiveStatus stream={stream} />
            {canWrite && <AddKey onAdded={refresh} />}
          </>
        }
      />
      <StaleNotice failure={failure} />
      {none ? (
        <Card>
          <EmptyState
            icon={<KeyRound aria-hidden />}
            title="No key has been seen yet"
            action={
              <ButtonLink href="/" variant="primary">
                See how to send events
              </ButtonLink>
            }
          >
            A key appears here with its first event. Keys can also be added by hand, to declare their limits
            before they are used.
          </EmptyState>
        </Card>
      ) : (
        <div className="flex flex-col gap-3">
          <KeyFilters params={params} facets={facets} states={data.states} href={to} />
          <Card
            title={filtered ? "Matching keys" : "All keys"}
            hint={formatNumber(data.total)}
            padded={false}
          >
            {data.data.length === 0 ? (
              <EmptyState
                icon={<SearchX aria-hidden />}
                title="No key matches"
                action={<ButtonLink href="/keys">Show all keys</ButtonLink>}
              >
                No key has all that is asked for above.
              </EmptyState>
            ) : (
              <KeyTable rows={data.data} at={data.at} params={params} href={to} />
            )}
          </Card>
          <Pagination
            firstHref={to({ cursor: null })}
            nextHref={data.next_cursor === null ? null : to({ cursor: data.next_cursor })}
            onFirst={!params.has("cursor")}
          />
        </div>
      )}
    </>
  );
}

/** The list's address with some parameters changed; every change but of the page itself goes back to the first. */
function hrefWith(params: URLSearchParams, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(params);
  next.delete("cursor");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  return `/keys?${next}`;
}
