import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { UrlFilter } from "@/components/forms/url-filter";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Pagination } from "@/components/ui/pagination";
import { Instant } from "@/components/ui/relative-time";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { TextLink } from "@/components/ui/text-link";
import { type AuditDto, listAudit } from "@/lib/features/audit/queries";
import { requireActor } from "@/lib/http/actor";
import { listed } from "@/lib/http/found";
import { hrefWith, readSearch, type Search } from "@/lib/http/search";
import { actionWords, changeWords, entityHref } from "./_components/audit-words";

export const metadata: Metadata = { title: "Audit log" };

const PATH = "/settings/audit";
const ENTITIES = [
  { value: "rule", label: "Rules" },
  { value: "channel", label: "Channels" },
  { value: "incident", label: "Incidents" },
  { value: "delivery", label: "Deliveries" },
  { value: "key", label: "Keys" },
  { value: "limit", label: "Limits" },
  { value: "source", label: "Sources" },
  { value: "user", label: "People" },
  { value: "token", label: "Tokens" },
];

export default async function AuditPage({ searchParams }: { searchParams: Search }) {
  const actor = await requireActor("operator");
  const { entity, entity_id, actor: by, cursor } = await readSearch(searchParams);
  const filter = { entity, entity_id, actor: by };
  const page = await listed(listAudit({ actor, params: { ...filter, cursor } }), PATH);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Card
      padded={false}
      title="Audit log"
      action={
        <UrlFilter
          name="entity"
          label="Show changes of"
          any="Everything"
          options={ENTITIES}
          path={PATH}
          query={filter}
        />
      }
    >
      {page.data.length === 0 ? (
        <EmptyState
          icon={<ScrollText aria-hidden />}
          title={filtered ? "Nothing matches the filter" : "Nothing has been changed yet"}
        >
          {filtered ? <TextLink href={PATH}>Show everything</TextLink> : "Every change will stand here."}
        </EmptyState>
      ) : (
        <Entries entries={page.data} filter={filter} />
      )}
      <Pagination
        firstHref={hrefWith(PATH, filter)}
        nextHref={page.next_cursor && hrefWith(PATH, filter, { cursor: page.next_cursor })}
        onFirst={cursor === undefined}
      />
    </Card>
  );
}

function Entries({
  entries,
  filter,
}: {
  entries: readonly AuditDto[];
  filter: Readonly<Record<string, string | undefined>>;
}) {
  return (
    <Table wide caption="Audit log">
      <TableHead>
        <tr>
          <Th>When</Th>
          <Th>Who</Th>
          <Th>What</Th>
          <Th className="max-md:hidden">Changes</Th>
        </tr>
      </TableHead>
      <TableBody>
        {entries.map((entry) => (
          <Row key={entry.id}>
            <Td className="align-top text-fg-2">
              <Instant at={Date.parse(entry.at)} />
            </Td>
            <Td className="max-w-48 truncate align-top max-md:max-w-24">
              <TextLink
                quiet
                className="foreign-text"
                title={`Only what ${entry.actor.name} did`}
                href={hrefWith(PATH, filter, { actor: entry.actor.id })}
              >
                {entry.actor.name}
              </TextLink>
              {entry.actor.kind === "token" && <span className="text-fg-3"> token</span>}
            </Td>
            <Td className="align-top max-md:w-full max-md:whitespace-normal">
              <What entry={entry} />
              <div className="foreign-text text-fg-2 text-xs md:hidden">
                <Changes words={changeWords(entry.changes)} />
              </div>
            </Td>
            <Td className="foreign-text w-full min-w-56 whitespace-normal max-md:hidden text-fg-2 text-xs leading-5">
              <Changes words={changeWords(entry.changes)} />
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}

const SHORT = 140;

/** What changed, in a line or two; the rest of a long entry on demand. */
function Changes({ words }: { words: string }) {
  if (words.length <= SHORT) return words;
  return (
    <details className="group">
      <summary className="list-none rounded-xs group-open:text-fg-3">
        <span className="foreign-text group-open:hidden">{words.slice(0, SHORT - 10).trimEnd()}…</span>{" "}
        <span className="text-accent-text">
          <span className="group-open:hidden">more</span>
          <span className="hidden group-open:inline">less</span>
        </span>
      </summary>
      {words}
    </details>
  );
}

function What({ entry }: { entry: AuditDto }) {
  const href = entityHref(entry);
  const words = actionWords(entry.action);
  return href === null ? words : <TextLink href={href}>{words}</TextLink>;
}
