import type { Metadata } from "next";
import { ChannelForm } from "@/components/channels/channel-form";
import { PageHeader } from "@/components/ui/page-header";
import { isChannelKind } from "@/lib/domain/delivery/kind";
import { requireActor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { addChannel } from "../actions";

export const metadata: Metadata = { title: "New channel" };

export default async function NewChannelPage({ searchParams }: { searchParams: Search }) {
  await requireActor("operator");
  const { kind = "" } = await readSearch(searchParams);
  return (
    <>
      <PageHeader parent={{ label: "Channels", href: "/channels" }} title="New channel" />
      <ChannelForm
        initial={{ name: "", kind: isChannelKind(kind) ? kind : "email", config: {}, enabled: true }}
        exists={false}
        save={addChannel}
        backHref="/channels"
      />
    </>
  );
}
