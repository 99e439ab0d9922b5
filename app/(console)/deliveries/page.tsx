import { Inbox, Send } from "lucide-react";
import type { Metadata } from "next";
import { DeliveryTable } from "@/components/deliveries/delivery-table";
import { KIND_OPTIONS } from "@/components/deliveries/words";
import { UrlFilter } from "@/components/forms/url-filter";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { DELIVERY_LOOK } from "@/components/state/delivery-badge";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { TextLink } from "@/components/ui/text-link";
import { DELIVERY_STATES } from "@/lib/domain/delivery/state";
import { listChannels } from "@/lib/features/channels/queries";
import { hasUnconfigured } from "@/lib/features/deliveries/mailbox";
import { listDeliveries } from "@/lib/features/deliveries/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";

export const metadata: Metadata = { title: "Deliveries" };

const PATH = "/deliveries";
const STATES = DELIVERY_STATES.map((value) => ({ value, label: DELIVERY_LOOK[value].label }));

export default async function DeliveriesPage({ searchParams }: { searchParams: Search }) {
  await currentActor();
  const { state, channel, incident, kind, told_by, cursor } = await readSearch(searchParams);
  const filter = { state, channel, kind, incident, told_by };
  const [page, channels, kept] = await Promise.all([
    listed(listDeliveries({ ...filter, cursor }), PATH),
    listChannels({ limit: 500 }),
    hasUnconfigured(),
  ]);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["delivery", "channel"]} />
      <PageHeader
        title="Deliveries"
        description="Every notification to every channel, with all attempts."
        actions={
          <>
            {kept && (
              <ButtonLink href="/mailbox" icon={<Inbox aria-hidden />}>
                Mailbox
              </ButtonLink>
            )}
            <UrlFilter
              name="state"
              label="State"
              any="Any state"
              options={STATES}
              path={PATH}
              query={filter}
            />
            <UrlFilter
              name="kind"
              label="Message"
              any="Any message"
              options={KIND_OPTIONS}
              path={PATH}
              query={filter}
            />
            <UrlFilter
              name="channel"
              label="Channel"
              any="Any channel"
              options={channels.data.map(({ id, name }) => ({ value: id, label: name }))}
              path={PATH}
              query={filter}
            />
          </>
        }
      />
      {incident !== undefined && (
        <p className="mb-3 text-fg-2">
          Of one <TextLink href={`/incidents/${encodeURIComponent(incident)}`}>incident</TextLink> ·{" "}
          <TextLink href={hrefWith(PATH, filter, { incident: undefined })}>of all</TextLink>
        </p>
      )}
      {told_by !== undefined && (
        <p className="mb-3 text-fg-2">
          What one <TextLink href={`/deliveries/${encodeURIComponent(told_by)}`}>delivery</TextLink> tells ·{" "}
          <TextLink href={hrefWith(PATH, filter, { told_by: undefined })}>all</TextLink>
        </p>
      )}
      <Card padded={false}>
        {page.data.length === 0 ? (
          <EmptyState
            icon={<Send aria-hidden />}
            title={filtered ? "Nothing matches the filter" : "Nothing has been sent yet"}
          >
            {filtered ? (
              <TextLink href={PATH}>Show all deliveries</TextLink>
            ) : (
              <>
                When a{" "}
                <TextLink className="underline" href="/rules">
                  rule
                </TextLink>{" "}
                fires, each message to each of its{" "}
                <TextLink className="underline" href="/channels">
                  channels
                </TextLink>{" "}
                stands here, tests of a channel included.
              </>
            )}
          </EmptyState>
        ) : (
          <DeliveryTable deliveries={page.data} />
        )}
        <Pagination
          firstHref={hrefWith(PATH, filter)}
          nextHref={page.next_cursor && hrefWith(PATH, filter, { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}
