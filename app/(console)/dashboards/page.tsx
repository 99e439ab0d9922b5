import { LayoutDashboard } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Pagination } from "@/components/ui/pagination";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { listDashboards } from "@/lib/features/dashboards/queries";
import { formatNumber } from "@/lib/format";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { NewDashboard } from "./_components/new-dashboard";

export const metadata: Metadata = { title: "Dashboards" };

export default async function Dashboards({ searchParams }: { searchParams: Search }) {
  const actor = await currentActor();
  const { cursor } = await readSearch(searchParams);
  const page = await listed(listDashboards(actor, { cursor }), "/dashboards");
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["dashboard"]} />
      <PageHeader title="Dashboards" actions={<NewDashboard />} />
      <Card padded={false} className="overflow-hidden">
        {page.data.length === 0 ? (
          <EmptyState
            icon={<LayoutDashboard aria-hidden />}
            title="No dashboard yet"
            action={<NewDashboard primary />}
          >
            A dashboard keeps explorations side by side, over one range. Everybody with access sees it.
          </EmptyState>
        ) : (
          <Table caption="Dashboards">
            <TableHead>
              <tr>
                <Th>Name</Th>
                <Th numeric>Panels</Th>
                <Th className="max-sm:hidden">Made by</Th>
                <Th className="max-sm:hidden">Changed</Th>
              </tr>
            </TableHead>
            <TableBody>
              {page.data.map(({ id, name, panel_count, own, owner_name, updated_at }) => (
                <Row key={id}>
                  <Td className="w-1/2 max-w-0">
                    <TextLink quiet href={`/dashboards/${id}`} className="block truncate font-medium text-fg">
                      <bdi>{name}</bdi>
                    </TextLink>
                  </Td>
                  <Td numeric>{formatNumber(panel_count)}</Td>
                  <Td className="max-w-48 truncate text-fg-2 max-sm:hidden">
                    {own ? "You" : <bdi>{owner_name}</bdi>}
                  </Td>
                  <Td className="text-fg-2 max-sm:hidden">
                    <RelativeTime at={Date.parse(updated_at)} />
                  </Td>
                </Row>
              ))}
            </TableBody>
          </Table>
        )}
        <Pagination
          firstHref="/dashboards"
          nextHref={page.next_cursor && hrefWith("/dashboards", { cursor: page.next_cursor })}
          onFirst={cursor === undefined}
        />
      </Card>
    </>
  );
}
