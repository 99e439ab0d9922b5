import { Link2 } from "lucide-react";
import type { Metadata } from "next";
import { ConfirmAction } from "@/components/forms/confirm-action";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Pagination } from "@/components/ui/pagination";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { listShares } from "@/lib/features/shares/queries";
import { pageCursor, requireActor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { endLink } from "../../actions";

export const metadata: Metadata = { title: "Links" };

export default async function LinksPage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor("operator");
  const { cursor } = await readSearch(searchParams);
  const page = await listed(listShares(actor, { cursor }), "/settings/links");
  return (
    <Card padded={false} title="Links" hint="what is shown without an account">
      <RefreshOnChange since={pageCursor()} entities={["share"]} />
      {page.data.length === 0 ? (
        <EmptyState icon={<Link2 aria-hidden />} title="Nothing is shared">
          Explorations and dashboards can be shown to people without an account, by a link that ends by
          itself.
        </EmptyState>
      ) : (
        <Table caption="Links">
          <TableHead>
            <tr>
              <Th>Shows</Th>
              <Th className="max-sm:hidden">Made</Th>
              <Th className="max-sm:hidden">Last used</Th>
              <Th>Ends</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </TableHead>
          <TableBody>
            {page.data.map((share) => (
              <Row key={share.id} className={share.state === "open" ? undefined : "text-fg-3"}>
                <Td className="w-1/2 max-w-0">
                  <bdi className="block truncate font-medium">{share.title}</bdi>
                  <span className="block truncate text-fg-3 text-xs">
                    {share.dashboard === null ? "exploration" : "dashboard"} ·{" "}
                    <code className="font-mono">{share.hint}</code>
                  </span>
                </Td>
                <Td className="text-fg-2 max-sm:hidden">
                  <RelativeTime at={Date.parse(share.created_at)} />
                  <span className="foreign-text text-fg-3"> by {share.created_by}</span>
                </Td>
                <Td className="text-fg-2 max-sm:hidden">
                  {share.last_used_at === null ? (
                    "Never"
                  ) : (
                    <RelativeTime at={Date.parse(share.last_used_at)} />
                  )}
                </Td>
                <Td className="text-fg-2">
                  <RelativeTime at={Date.parse(share.expires_at)} />
                </Td>
                <Td className="text-right">
                  {share.state === "open" ? (
                    <ConfirmAction
                      trigger={<Button size="sm">Revoke</Button>}
                      title={`Revoke the link to “${share.title.slice(0, 80)}”?`}
                      description="Whoever has it sees nothing any more. It cannot be brought back."
                      confirm="Revoke"
                      action={endLink.bind(null, share.id)}
                      done="Link revoked"
                    />
                  ) : (
                    <Badge tone="idle">{share.state === "revoked" ? "Revoked" : "Expired"}</Badge>
                  )}
                </Td>
              </Row>
            ))}
          </TableBody>
        </Table>
      )}
      <Pagination
        firstHref="/settings/links"
        nextHref={page.next_cursor && hrefWith("/settings/links", { cursor: page.next_cursor })}
        onFirst={cursor === undefined}
      />
    </Card>
  );
}
