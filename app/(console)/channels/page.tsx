import { BellRing, Inbox, Plus } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { hasRole } from "@/lib/domain/access/actor";
import { listChannels } from "@/lib/features/channels/queries";
import { hasUnconfigured } from "@/lib/features/deliveries/mailbox";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { ChannelTable } from "./_components/channel-table";

export const metadata: Metadata = { title: "Channels" };

export default async function ChannelsPage({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { cursor } = await readSearch(searchParams);
  const [page, kept] = await Promise.all([listed(listChannels({ cursor }), "/channels"), hasUnconfigured()]);
  const canWrite = hasRole(actor, "operator");
  const add = canWrite && (
    <ButtonLink href="/channels/new" variant="primary" icon={<Plus aria-hidden />}>
      New channel
    </ButtonLink>
  );
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["channel", "rule", "delivery"]} />
      <PageHeader
        title="Channels"
        description="Where notifications go."
        actions={
          <>
            {kept && (
              <ButtonLink href="/mailbox" icon={<Inbox aria-hidden />}>
                Mailbox
              </ButtonLink>
            )}
            {page.data.length > 0 && add}
          </>
        }
      />
      <Card padded={false}>
        {page.data.length === 0 ? (
          <EmptyState icon={<BellRing aria-hidden />} title="Nobody is told yet" action={add}>
            {canWrite
              ? "Add where rules may write to: e-mail, SMS, a chat room, an on-call service, your own webhook."
              : "An operator can add where rules write to: e-mail, SMS, a chat room, an on-call service."}
          </EmptyState>
        ) : (
          <ChannelTable channels={page.data} />
        )}
        <Pagination
          firstHref="/channels"
          nextHref={page.next_cursor && hrefWith("/channels", { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}
