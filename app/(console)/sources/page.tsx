import { Plus, Radio } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { hasRole } from "@/lib/domain/access/actor";
import { listSources } from "@/lib/features/sources/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { guides } from "./_components/guides";
import { SourceTable } from "./_components/source-table";

export const metadata: Metadata = { title: "Sources" };

export default async function SourcesPage({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { cursor } = await readSearch(searchParams);
  const { data: sources, next_cursor } = await listed(listSources({ cursor }), "/sources");
  const canWrite = hasRole(actor, "operator");
  const add = canWrite && (
    <ButtonLink href="/sources/new" variant="primary" icon={<Plus aria-hidden />}>
      Add source
    </ButtonLink>
  );
  const { gateways, others } = guides();
  const titles = Object.fromEntries([...gateways, ...others].map(({ format, title }) => [format, title]));
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["source"]} usage />
      <PageHeader
        title="Sources"
        description="The gateways that report their API calls here."
        actions={sources.length > 0 && add}
      />
      <Card padded={false}>
        {sources.length === 0 ? (
          <EmptyState icon={<Radio aria-hidden />} title="No gateway reports yet" action={add}>
            {canWrite
              ? "Choose a gateway, paste its configuration, and watch the first event arrive."
              : "An operator can add a source, which gives the gateway its ingest token."}
          </EmptyState>
        ) : (
          <SourceTable sources={sources} titles={titles} />
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
