"use client";

import { Download, KeyRound, SearchX } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { LiveStatus } from "@/components/live/live-status";
import { StaleNotice } from "@/components/live/stale-notice";
import { buttonClass } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { replaceAddress } from "@/components/ui/same-page-link";
import { useZone } from "@/components/ui/viewer";
import { ViewsMenu } from "@/components/views/views-menu";
import type { KeyPage, keyFacets } from "@/lib/features/keys/queries";
import { formatNumber } from "@/lib/format";
import { AddKey } from "./add-key";
import { BulkBar } from "./bulk-bar";
import { columnsOf, withColumn } from "./columns";
import { ColumnsMenu } from "./columns-menu";
import { KeyFilters } from "./key-filters";
import { KeyTable } from "./key-table";
import { listQuery, listSearch } from "./list-query";
import { useKeyRows } from "./use-key-rows";
import { useSelection } from "./use-selection";

export type KeyFacets = Awaited<ReturnType<typeof keyFacets>>;

type Props = {
  initial: KeyPage;
  since: string;
  facets: KeyFacets;
  /** What the server read, as the API takes it. */
  query: string;
  /** What the address said of the list then. */
  search: string;
  canWrite: boolean;
};

/** The list of keys, its filters, and what can be done with those that are chosen. */
export function KeysPage({
  initial,
  since,
  facets,
  query: initialQuery,
  search: initialSearch,
  canWrite,
}: Props) {
  const zone = useZone();
  const address = useSearchParams();
  const params = listSearch(address);
  const search = params.toString();
  const queryAt = (next: URLSearchParams) => {
    const asked = listSearch(next);
    // The server passes over what it cannot read of an address.
    return asked.toString() === initialSearch ? initialQuery : listQuery(asked, zone).toString();
  };
  const query = queryAt(address);
  const list = useKeyRows({ initial, since, initialQuery, query, queryAt });
  const { data, of, busy, stream, failure, refresh, rowAt, ask } = list;
  const selection = useSelection(rowAt, of);
  const shown = new URLSearchParams(of);
  const cols = params.get("cols");
  const to = (changes: Record<string, string | null>) => hrefWith(params, changes);
  const filtered = ["state", "provider", "pool", "tag", "q", "retired"].some((name) => shown.has(name));
  const none = facets.total + facets.retired === 0 && data.total === 0;

  return (
    <>
      <PageHeader
        title="Keys"
        actions={
          <>
            <LiveStatus stream={stream} />
            {canWrite && <AddKey primary={!none} onAdded={refresh} />}
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
              canWrite && (
                <ButtonLink href="/start" variant="primary">
                  Send the first event
                </ButtonLink>
              )
            }
          >
            A key appears here with its first event. Keys can also be added by hand, to declare their limits
            before they are used.
          </EmptyState>
        </Card>
      ) : (
        <div className="flex flex-col gap-3">
          <KeyFilters params={params} facets={facets} states={data.states} href={to}>
            <ViewsMenu page="keys" path="/keys" query={search} />
            <ColumnsMenu cols={cols} onSwitch={(id) => replaceAddress(to({ cols: withColumn(cols, id) }))} />
            <a href={`/api/v1/keys.csv?${query}`} download className={buttonClass()}>
              <Download aria-hidden />
              CSV
            </a>
          </KeyFilters>
          <Card
            title={filtered ? "Matching keys" : "All keys"}
            hint={formatNumber(data.total)}
            busy={busy}
            padded={false}
            className="overflow-hidden"
          >
            {canWrite && selection.ids.size > 0 && (
              <BulkBar
                selection={selection}
                total={data.total}
                query={of}
                retired={shown.get("retired") === "true"}
                onChanged={refresh}
              />
            )}
            {data.total === 0 ? (
              <EmptyState
                icon={<SearchX aria-hidden />}
                title="No key matches"
                action={<ButtonLink href="/keys">Show all keys</ButtonLink>}
              >
                No key has all that is asked for above.
              </EmptyState>
            ) : (
              <KeyTable
                key={of}
                total={data.total}
                rowAt={rowAt}
                ask={ask}
                at={data.at}
                columns={columnsOf(cols)}
                sort={new URLSearchParams(query).get("sort") ?? "name"}
                href={to}
                selection={canWrite ? selection : null}
              />
            )}
          </Card>
        </div>
      )}
    </>
  );
}

/** The list's address with some parameters changed. */
function hrefWith(params: URLSearchParams, changes: Record<string, string | null>): string {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  return next.size === 0 ? "/keys" : `/keys?${next}`;
}
