import type { Metadata } from "next";
import { ChannelState } from "@/components/channels/channel-state";
import { channelKind } from "@/components/channels/kinds";

import { recipientText } from "@/components/channels/phone";

import { lackOf } from "@/components/channels/sender";
import { DeliveryTable } from "@/components/deliveries/delivery-table";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { getChannel, listChannels } from "@/lib/features/channels/queries";
import type { ChannelDto } from "@/lib/features/channels/schemas";
import { listDeliveries } from "@/lib/features/deliveries/queries";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { ChannelActions } from "../_components/channel-actions";
import { SendingCard } from "../_components/sending-card";

export const metadata: Metadata = { title: "Channel" };

export default async function ChannelPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const { id } = await params;
  const channel = await found(getChannel(id));
  const [deliveries, others] = await Promise.all([
    listDeliveries({ channel: id, limit: 10 }),
    listChannels({ limit: 500 }),
  ]);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["channel", "delivery", "rule"]} />
      <PageHeader
        parent={{ label: "Channels", href: "/channels" }}
        title={channel.name}
        badge={<ChannelState channel={channel} />}
        actions={hasRole(actor, "operator") && <ChannelActions channel={channel} />}
      />
      <div className="flex flex-col gap-3">
        <Trouble channel={channel} />
        <Card title="About">
          <About channel={channel} />
        </Card>
        <SendingCard
          channel={channel}
          others={others.data
            .filter(({ id: other }) => other !== id)
            .map(({ id: other, name }) => ({ id: other, name }))}
          mayChange={hasRole(actor, "operator")}
        />
        <Card
          padded={false}
          title="Latest deliveries"
          action={
            deliveries.data.length > 0 && (
              <TextLink quiet href={`/deliveries?channel=${channel.id}`}>
                All →
              </TextLink>
            )
          }
        >
          {deliveries.data.length === 0 ? (
            <p className="px-4 pt-1 pb-4 text-fg-2">Nothing has been sent here yet.</p>
          ) : (
            <DeliveryTable deliveries={deliveries.data} withChannel={false} />
          )}
        </Card>
      </div>
    </>
  );
}

function Trouble({ channel }: { channel: ChannelDto }) {
  const lack = lackOf(channel);
  if (lack !== null) {
    return (
      <Callout kind="warning" title={`This kind of channel needs ${lack.needs}`}>
        Messages are kept and can be read in the{" "}
        <TextLink href="/mailbox" className="underline">
          mailbox
        </TextLink>
        .
        {lack.href !== undefined && (
          <>
            {" "}
            An admin sets it under{" "}
            <TextLink href={lack.href} className="underline">
              {lack.place}
            </TextLink>
            .
          </>
        )}
      </Callout>
    );
  }
  if (channel.failing_since === null) return null;
  return (
    <Callout
      kind="error"
      title={
        <>
          Nothing arrives since <RelativeTime at={Date.parse(channel.failing_since)} />
        </>
      }
    >
      <span className="foreign-text">{channel.last_error}</span>
    </Callout>
  );
}

function About({ channel }: { channel: ChannelDto }) {
  const { label, fields } = channelKind(channel.kind);
  return (
    <DescriptionList
      items={[
        { term: "Kind", value: label },
        ...fields.flatMap(({ name, label: term }) => {
          const value = channel.config[name];
          if (value === undefined) return [];
          const text = Array.isArray(value) ? value.map(String).map(recipientText).join(", ") : String(value);
          return [{ term, value: <span className="foreign-text break-all">{text}</span> }];
        }),
        ...(channel.opted_out.length > 0
          ? [
              {
                term: "Opted out",
                value: `${channel.opted_out.map(recipientText).join(", ")}: answered STOP, and gets nothing until they answer START`,
              },
            ]
          : []),
        {
          term: "Rules",
          value:
            channel.rules.length === 0 ? (
              <span className="text-fg-3">None sends here</span>
            ) : (
              channel.rules.map((rule, index) => (
                <span key={rule.id}>
                  {index > 0 && ", "}
                  <TextLink href={`/rules/${rule.id}`}>{rule.name}</TextLink>
                </span>
              ))
            ),
        },
        {
          term: "Last sent",
          value: (
            <RelativeTime at={channel.last_sent_at === null ? null : Date.parse(channel.last_sent_at)} />
          ),
        },
      ]}
    />
  );
}
