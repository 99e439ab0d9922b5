import type { Metadata } from "next";
import { recipientText } from "@/components/channels/phone";
import { AttemptList } from "@/components/deliveries/attempt-list";
import { MessageView } from "@/components/deliveries/message-view";
import { StoredWords } from "@/components/deliveries/stored-words";
import { ToldTable } from "@/components/deliveries/told-table";
import { holdWords, notificationWords, originWords } from "@/components/deliveries/words";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { DELIVERY_LOOK, DeliveryStateBadge } from "@/components/state/delivery-badge";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { PageHeader } from "@/components/ui/page-header";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { OPEN_STATES } from "@/lib/domain/delivery/state";
import { getDelivery, listDeliveries } from "@/lib/features/deliveries/queries";
import type { DeliveryDto } from "@/lib/features/deliveries/schemas";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { SendAgain } from "../_components/send-again";

export const metadata: Metadata = { title: "Delivery" };

export default async function DeliveryPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const delivery = await found(getDelivery((await params).id));
  const told = await listDeliveries({ told_by: delivery.id, limit: 50 });
  const ended = !OPEN_STATES.some((state) => state === delivery.state);
  const message = delivery.attempts.findLast(({ rendered }) => rendered !== null)?.rendered ?? null;
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["delivery"]} />
      <PageHeader
        parent={{ label: "Deliveries", href: "/deliveries" }}
        title={`${notificationWords(delivery.kind)}, to ${delivery.channel_name}`}
        badge={<DeliveryStateBadge state={delivery.state} />}
        actions={hasRole(actor, "operator") && ended && <SendAgain delivery={delivery} />}
      />
      <div className="flex flex-col gap-3">
        <div className="grid gap-3 lg:grid-cols-2">
          <Card title="About">
            <About delivery={delivery} />
          </Card>
          <Card title="Attempts" hint={String(delivery.attempts.length)}>
            <AttemptList attempts={delivery.attempts} />
          </Card>
        </div>
        {told.data.length > 0 && (
          <Card
            padded={false}
            title={delivery.kind === "digest" ? "What the digest tells" : "What it tells as well"}
            action={
              told.next_cursor !== null && (
                <TextLink quiet href={`/deliveries?told_by=${delivery.id}`}>
                  All →
                </TextLink>
              )
            }
          >
            <ToldTable deliveries={told.data} />
          </Card>
        )}
        {message !== null && (
          <Card title="The message" hint="as it would arrive">
            <MessageView kind={delivery.channel_kind} message={message} />
          </Card>
        )}
      </div>
    </>
  );
}

function About({ delivery }: { delivery: DeliveryDto }) {
  const { incident, reached, next_attempt_at, finished_at, reason, held_until, told_by, origin } = delivery;
  const hold = holdWords(delivery);
  return (
    <DescriptionList
      items={[
        { term: "State", value: DELIVERY_LOOK[delivery.state].hint },
        ...(hold === null
          ? []
          : [
              {
                term: "Held",
                value: (
                  <>
                    {hold}, until <Instant at={Date.parse(held_until ?? delivery.created_at)} />
                  </>
                ),
              },
            ]),
        ...(reason === null ? [] : [{ term: "Reason", value: <StoredWords text={reason} /> }]),
        ...(told_by === null || reason?.includes(told_by)
          ? []
          : [
              {
                term: "Told by",
                value: <TextLink href={`/deliveries/${told_by}`}>Another delivery</TextLink>,
              },
            ]),
        ...(origin === null
          ? []
          : [
              {
                term: originWords(origin),
                value: <TextLink href={`/deliveries/${origin.delivery}`}>Another delivery</TextLink>,
              },
            ]),
        {
          term: "Channel",
          value: <TextLink href={`/channels/${delivery.channel}`}>{delivery.channel_name}</TextLink>,
        },
        {
          term: "Incident",
          value:
            incident === null ? (
              <span className="text-fg-3">
                {delivery.kind === "test" ? "None: a test" : "None of its own"}
              </span>
            ) : (
              <TextLink href={`/incidents/${incident}`}>Open it</TextLink>
            ),
        },
        { term: "Made", value: <Instant at={Date.parse(delivery.created_at)} /> },
        ...(next_attempt_at === null || hold !== null
          ? []
          : [{ term: "Next attempt", value: <RelativeTime at={Date.parse(next_attempt_at)} /> }]),
        ...(finished_at === null ? [] : [{ term: "Ended", value: <Instant at={Date.parse(finished_at)} /> }]),
        ...(reached.length === 0
          ? []
          : [{ term: "Accepted for", value: reached.map(({ to }) => recipientText(to)).join(", ") }]),
        ...(delivery.maybe_sent
          ? [{ term: "Uncertain", value: "An attempt may have arrived though its answer did not" }]
          : []),
      ]}
    />
  );
}
