import { Layers } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { TabLinks } from "@/components/ui/tabs";
import { listGroups } from "@/lib/features/keys/groups";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { readSearch, type Search } from "@/lib/http/search";
import { currentViewer } from "@/lib/http/viewer";
import { GroupTable } from "./_components/group-table";

export const metadata: Metadata = { title: "Pools" };

/** Keys that stand in for each other, and all keys of a provider, each group as one. */
export default async function Pools({ searchParams }: { searchParams: Search }) {
  await currentActor();
  const by = (await readSearch(searchParams)).by === "provider" ? "provider" : "pool";
  const { zone } = await currentViewer();
  const { groups, at } = await listGroups(by, zone);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["key", "limit"]} usage />
      <PageHeader title="Pools and providers" />
      <TabLinks
        label="Group by"
        current={by}
        tabs={[
          { value: "pool", label: "Pools", href: "/pools" },
          { value: "provider", label: "Providers", href: "/pools?by=provider" },
        ]}
      />
      <Card padded={false} className="mt-3 overflow-hidden">
        {groups.length === 0 ? (
          <EmptyState
            icon={<Layers aria-hidden />}
            title={by === "pool" ? "No key has a pool" : "No key has a provider"}
            action={<ButtonLink href="/keys">Choose keys</ButtonLink>}
          >
            {by === "pool"
              ? "Keys of one provider that can stand in for each other make a pool. Choose them in the list of keys, or send “pool” with events."
              : "Providers come with events, in the field “provider”."}
          </EmptyState>
        ) : (
          <GroupTable groups={groups} by={by} at={at} />
        )}
      </Card>
    </>
  );
}
