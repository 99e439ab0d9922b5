import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { KeyBar } from "@/components/keys/key-bar";
import { KeyName } from "@/components/keys/key-name";
import { KeyWhen } from "@/components/keys/key-when";
import { STATE_REASON, StateBadge } from "@/components/state/state-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import type { KeyDto, KeySort } from "@/lib/features/keys/schemas";
import { NO_VALUE } from "@/lib/format";

type Href = (changes: Record<string, string | null>) => string;

/** Keys, a row each. */
export function KeyTable({
  rows,
  at,
  params,
  href,
}: {
  rows: readonly KeyDto[];
  at: number;
  params: URLSearchParams;
  href: Href;
}) {
  const heading = (sort: KeySort, label: ReactNode) => (
    <SortLink sort={sort} current={params.get("sort") ?? "name"} href={href}>
      {label}
    </SortLink>
  );
  return (
    <Table caption="Keys">
      <TableHead>
        <tr>
          <Th aria-sort={sortOf("name", params)}>{heading("name", "Key")}</Th>
          <Th className="max-sm:hidden" aria-sort={sortOf("state", params)}>
            {heading("state", "State")}
          </Th>
          <Th aria-sort={sortOf("headroom", params)}>{heading("headroom", "Headroom")}</Th>
          <Th>Dry at · resets at</Th>
          <Th>Pool</Th>
          <Th numeric aria-sort={sortOf("last_event_at", params)}>
            {heading("last_event_at", "Last event")}
          </Th>
          <Th numeric aria-sort={sortOf("created_at", params)}>
            {heading("created_at", "Added")}
          </Th>
        </tr>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <Row key={row.id}>
            <Td>
              <KeyName of={row} />
            </Td>
            <Td className="max-sm:hidden">
              <span title={STATE_REASON[row.why]}>
                <StateBadge state={row.state} />
              </span>
            </Td>
            <Td>
              <KeyBar of={row} at={at} />
            </Td>
            <Td className="min-w-44">
              <KeyWhen of={row} at={at} />
            </Td>
            <Td className="text-fg-2">
              <bdi className="block max-w-36 truncate" title={row.pool?.slice(0, 300)}>
                {row.pool ?? NO_VALUE}
              </bdi>
            </Td>
            <Td numeric className="min-w-24 text-fg-2">
              <RelativeTime at={row.last_event_at === null ? null : Date.parse(row.last_event_at)} />
            </Td>
            <Td numeric className="min-w-24 text-fg-2">
              <RelativeTime at={Date.parse(row.created_at)} />
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

/** What reads best first is first: names from A, times from now, states from the worst. */
const NEWEST_FIRST = new Set<KeySort>(["last_event_at", "created_at"]);

function SortLink({
  sort,
  current,
  href,
  children,
}: {
  sort: KeySort;
  current: string;
  href: Href;
  children: ReactNode;
}) {
  const first = NEWEST_FIRST.has(sort) ? `-${sort}` : sort;
  const other = NEWEST_FIRST.has(sort) ? sort : `-${sort}`;
  const Arrow = current === first ? ArrowDown : ArrowUp;
  return (
    <Link
      href={href({ sort: current === first ? other : first })}
      replace
      scroll={false}
      prefetch={false}
      className="inline-flex items-center gap-1 rounded-xs hover:text-fg"
    >
      {children}
      {(current === first || current === other) && <Arrow aria-hidden className="size-3" />}
    </Link>
  );
}

function sortOf(sort: KeySort, params: URLSearchParams): "ascending" | "descending" | undefined {
  const current = params.get("sort");
  if (current === sort) return "ascending";
  return current === `-${sort}` ? "descending" : undefined;
}
