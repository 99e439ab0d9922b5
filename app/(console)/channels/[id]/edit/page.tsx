import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ChannelForm } from "@/components/channels/channel-form";
import { PageHeader } from "@/components/ui/page-header";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import { getChannel } from "@/lib/features/channels/queries";
import { requireActor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { saveChannel } from "../../actions";

export const metadata: Metadata = { title: "Change channel" };

export default async function EditChannelPage({ params }: { params: Promise<{ id: string }> }) {
  await requireActor("operator");
  const channel = await found(getChannel((await params).id));
  if (!isChannelKind(channel.kind)) notFound();
  const { id, name, kind, enabled, config } = channel;
  return (
    <>
      <PageHeader parent={{ label: name, href: `/channels/${id}` }} title="Change the channel" />
      <ChannelForm
        initial={{ name, kind, config, enabled }}
        exists
        save={saveChannel.bind(null, id)}
        backHref={`/channels/${id}`}
      />
    </>
  );
}
