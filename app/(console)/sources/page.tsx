import { Radio } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { hasRole } from "@/lib/domain/access/actor";
import { env } from "@/lib/env";
import { listSources } from "@/lib/features/sources/queries";
import { currentActor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { AddSource } from "./_components/add-source";
import { SourceTable } from "./_components/source-table";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { cursor } = await readSearch(searchParams);
  const { data: sources, next_cursor } = await listed(listSources({ cursor }), "/sources");
  const canWrite = hasRole(actor, "operator");
  const { appUrl, appUrlGiven } = env();
  const add = canWrite && <AddSource appUrl={appUrlGiven ? appUrl : null} />;
  return (
    <>
      <RefreshOnChange entities={["source"]} usage />
      <PageHeader
        title="Sources"
        description="The gateways that report their API calls here."
        actions={add}
      />
      <Card padded={false}>
        {sources.length === 0 ? (
          <EmptyState icon={<Radio aria-hidden />} title="No gateway reports yet">
            {canWrite
              ? "Add a source to get its ingest token and a command that sends a first event."
              : "An operator can add a source, which gives the gateway its ingest token."}
          </EmptyState>
        ) : (
          <SourceTable sources={sources} />
        )}
        <Pagination
          firstHref="/sources"
          nextHref={next_cursor && hrefWith("/sources", { cursor: next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}
