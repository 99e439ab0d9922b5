import { FileWarning } from "lucide-react";
import type { Metadata } from "next";
import { Sparkline } from "@/components/charts/sparkline";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { SampleView } from "@/components/sources/sample-view";
import { SourceActivityBadge } from "@/components/sources/source-activity-badge";
import { Card } from "@/components/ui/card";
import { DescriptionList } from "@/components/ui/description-list";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { StatTile } from "@/components/ui/stat-tile";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { env } from "@/lib/env";
import { getSource } from "@/lib/features/sources/queries";
import type { SourceDto } from "@/lib/features/sources/schemas";
import { getUsage } from "@/lib/features/usage/series";
import { formatPercent, magnitude, NO_VALUE } from "@/lib/format";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { guideOfSource, guides } from "../_components/guides";
import { RejectTable } from "../_components/reject-table";
import { SourceActions } from "../_components/source-actions";
import { SourceSetup } from "../_components/source-setup";

export const metadata: Metadata = { title: "Source" };

export default async function SourcePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const source = await found(getSource((await params).id));
  const hour = await lastHour(source.id);
  const { appUrl, appUrlGiven } = env();
  const canWrite = hasRole(actor, "operator");
  const all = source.accepted + source.duplicates + source.rejected;
  const { sample } = source;
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["source"]} usage />
      <PageHeader
        parent={{ label: "Sources", href: "/sources" }}
        title={source.name}
        badge={<SourceActivityBadge lastEventAt={source.last_event_at} />}
        actions={canWrite && <SourceActions source={source} kinds={kinds()} />}
      />
      <div className="flex flex-col gap-3">
        {all > 0 && <Figures source={source} hour={hour} />}
        {sample !== null && (
          <Card
            padded={false}
            className="overflow-hidden"
            title="Latest event"
            hint={<RelativeTime at={Date.parse(sample.at)} />}
            action={
              <TextLink quiet href={`/keys/${sample.understood.key.id}`}>
                Its key →
              </TextLink>
            }
          >
            <SampleView sample={sample} name="Latest event" />
          </Card>
        )}
        {all > 0 && <Rejected source={source} />}
        <SourceSetup
          source={source}
          guide={guideOfSource(source.format)}
          canWrite={canWrite}
          appUrl={appUrlGiven ? appUrl : null}
        />
        <Card title="About">
          <About source={source} />
        </Card>
      </div>
    </>
  );
}

/** What the edit form needs to know of each kind of source. */
function kinds() {
  const { gateways, others } = guides();
  return [...gateways, ...others].map(({ format, title, keyPaths, signs }) => ({
    format,
    title,
    keyPaths,
    signs,
  }));
}

/** Requests of each minute of the last hour. */
async function lastHour(source: string): Promise<(number | null)[]> {
  const { series } = await getUsage({ source, metric: ["requests"], step: "1m" });
  return (series[0]?.points ?? []).map(([, value]) => value);
}

function Rejected({ source: { rejects } }: { source: SourceDto }) {
  return (
    <Card
      padded={false}
      className="overflow-hidden"
      title="Rejected events"
      hint={rejects.length > 0 ? `the latest ${rejects.length}, with what was wrong` : undefined}
    >
      {rejects.length === 0 ? (
        <EmptyState icon={<FileWarning aria-hidden />} title="Nothing was rejected">
          When an event of this source cannot be read, the field and the reason stand here.
        </EmptyState>
      ) : (
        <RejectTable rejects={rejects} />
      )}
    </Card>
  );
}

function Figures({ source, hour }: { source: SourceDto; hour: readonly (number | null)[] }) {
  const { accepted, duplicates, rejected } = source;
  const all = accepted + duplicates + rejected;
  const share = (count: number) => (all === 0 ? NO_VALUE : `${formatPercent(count / all)} of all received`);
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <StatTile
        label="Events a minute"
        quantity={magnitude(source.requests_per_minute)}
        chart={
          <Sparkline
            values={hour}
            fill
            className="block h-full w-full"
            label="Events a minute in the last hour"
          />
        }
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
        { term: "Gateway", value: guideOfSource(source.format).title },
        ...(source.signed ? [{ term: "Signature", value: "Checked; unsigned deliveries are refused" }] : []),
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
