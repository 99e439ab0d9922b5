import { FileWarning } from "lucide-react";
import type { Metadata } from "next";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { SourceActivityBadge } from "@/components/sources/source-activity-badge";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { StatTile } from "@/components/ui/stat-tile";
import { Row, Table, TableBody, TableHead, Td, Th } from "@/components/ui/table";
import { hasRole } from "@/lib/domain/access/actor";
import { env } from "@/lib/env";
import { getSource } from "@/lib/features/sources/queries";
import type { RejectSample, SourceDto } from "@/lib/features/sources/schemas";
import { formatPercent, magnitude, NO_VALUE } from "@/lib/format";
import { currentActor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { SourceActions } from "../_components/source-actions";

export const metadata: Metadata = { title: "Source" };

export default async function SourcePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const source = await found(getSource((await params).id));
  const { appUrl, appUrlGiven } = env();
  return (
    <>
      <RefreshOnChange entities={["source"]} usage />
      <PageHeader
        parent={{ label: "Sources", href: "/sources" }}
        title={source.name}
        badge={<SourceActivityBadge lastEventAt={source.last_event_at} />}
        actions={
          hasRole(actor, "operator") && <SourceActions source={source} appUrl={appUrlGiven ? appUrl : null} />
        }
      />
      <div className="flex flex-col gap-3">
        <Figures source={source} />
        <Card title="About">
          <About source={source} />
        </Card>
        <Card
          padded={false}
          title="Rejected events"
          hint={
            source.rejects.length > 0 ? `the latest ${source.rejects.length}, with what was wrong` : undefined
          }
        >
          {source.rejects.length === 0 ? (
            <EmptyState icon={<FileWarning aria-hidden />} title="Nothing was rejected">
              When an event of this source cannot be read, the field and the reason stand here.
            </EmptyState>
          ) : (
            <Rejects rejects={source.rejects} />
          )}
        </Card>
      </div>
    </>
  );
}

function Figures({ source }: { source: SourceDto }) {
  const { accepted, duplicates, rejected } = source;
  const all = accepted + duplicates + rejected;
  const share = (count: number) => (all === 0 ? NO_VALUE : `${formatPercent(count / all)} of all received`);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <StatTile
        label="Events a minute"
        quantity={magnitude(source.requests_per_minute)}
        detail={
          source.last_event_at === null ? (
            "No event yet"
          ) : (
            <>
              last <RelativeTime at={Date.parse(source.last_event_at)} />
            </>
          )
        }
      />
      <StatTile label="Accepted" quantity={magnitude(accepted)} detail={share(accepted)} />
      <StatTile label="Duplicates" quantity={magnitude(duplicates)} detail={share(duplicates)} />
      <StatTile label="Rejected" quantity={magnitude(rejected)} detail={share(rejected)} />
    </div>
  );
}

function About({ source }: { source: SourceDto }) {
  const token = source.ingest_token;
  return (
    <DescriptionList
      items={[
        { term: "Format", value: source.format },
        {
          term: "Ingest token",
          value:
            token === null ? (
              <span className="text-risk-text">None in force: rotate the token to get one</span>
            ) : (
              <>
                <code className="font-mono text-xs">{token.hint}</code>
                <span className="text-fg-3">
                  {" "}
                  · made <RelativeTime at={Date.parse(token.created_at)} />
                  {token.last_used_at === null ? (
                    ", not used yet"
                  ) : (
                    <>
                      , last used <RelativeTime at={Date.parse(token.last_used_at)} />
                    </>
                  )}
                </span>
              </>
            ),
        },
        ...(source.key_from.length > 0
          ? [
              {
                term: "Key from",
                value: <code className="font-mono text-xs">{source.key_from.join(", ")}</code>,
              },
            ]
          : []),
        { term: "Added", value: <Instant at={Date.parse(source.created_at)} /> },
      ]}
    />
  );
}

function Rejects({ rejects }: { rejects: readonly RejectSample[] }) {
  return (
    <Table caption="Rejected events">
      <TableHead>
        <tr>
          <Th>When</Th>
          <Th>Field</Th>
          <Th>Reason</Th>
          <Th numeric>Index</Th>
        </tr>
      </TableHead>
      <TableBody>
        {rejects.map((reject, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two samples may be alike in everything
          <Row key={`${reject.at} ${index}`}>
            <Td className="text-fg-2">
              <RelativeTime at={Date.parse(reject.at)} />
            </Td>
            <Td className="max-w-56 truncate">
              <code className="foreign-text font-mono text-xs">{reject.field || "event"}</code>
            </Td>
            <Td className="foreign-text w-full min-w-56 whitespace-normal">{reject.message}</Td>
            <Td numeric className="text-fg-3">
              {reject.index}
            </Td>
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
