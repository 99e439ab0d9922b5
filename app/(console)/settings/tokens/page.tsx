import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Pagination } from "@/components/ui/pagination";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { listTokens } from "@/lib/features/tokens/queries";
import type { TokenDto } from "@/lib/features/tokens/schemas";
import { requireActor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { roleLabel } from "../_components/roles";
import { AddToken, RevokeToken } from "./_components/token-actions";

export const metadata: Metadata = { title: "Management tokens" };

export default async function TokensPage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor("admin");
  const { cursor } = await readSearch(searchParams);
  const tokens = await listed(listTokens({ actor, params: { cursor } }), "/settings/tokens");
  return (
    <Card padded={false} title="Management tokens" hint="for scripts that use the API" action={<AddToken />}>
      {tokens.data.length === 0 ? (
        <EmptyState icon={<KeyRound aria-hidden />} title="No token yet">
          A management token lets a script read and change what its role allows, as Authorization: Bearer.
        </EmptyState>
      ) : (
        <TokenTable tokens={tokens.data} />
      )}
      <Pagination
        firstHref="/settings/tokens"
        nextHref={tokens.next_cursor && hrefWith("/settings/tokens", { cursor: tokens.next_cursor })}
        onFirst={cursor === undefined}
      />
    </Card>
  );
}

function TokenTable({ tokens }: { tokens: readonly TokenDto[] }) {
  return (
    <Table caption="Management tokens">
      <TableHead>
        <tr>
          <Th>Name</Th>
          <Th>Role</Th>
          <Th className="max-sm:hidden">Token</Th>
          <Th className="max-sm:hidden">Made</Th>
          <Th className="max-sm:hidden">Last used</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {tokens.map((token) => (
          <Row key={token.id} className={token.revoked_at === null ? undefined : "text-fg-3"}>
            <Td className="foreign-text max-w-64 truncate font-medium max-sm:w-full max-sm:max-w-0">
              {token.name}
            </Td>
            <Td>{roleLabel(token.role)}</Td>
            <Td className="max-sm:hidden">
              <code className="font-mono text-xs">{token.hint}</code>
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              <RelativeTime at={Date.parse(token.created_at)} />
              <span className="foreign-text text-fg-3"> by {token.created_by}</span>
            </Td>
            <Td className="text-fg-2 max-sm:hidden">
              {token.last_used_at === null ? "Never" : <RelativeTime at={Date.parse(token.last_used_at)} />}
            </Td>
            <Td className="text-right">
              {token.revoked_at === null ? <RevokeToken token={token} /> : <Badge tone="idle">Revoked</Badge>}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
