import { FileDown } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { IncidentReading } from "@/components/incidents/incident-reading";
import { momentsOf } from "@/components/incidents/moments";
import { Timeline } from "@/components/incidents/timeline";
import { toldNobody } from "@/components/incidents/timeline-words";
import { ToldList } from "@/components/incidents/told-list";
import { subjectWords } from "@/components/incidents/words";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { IncidentStateBadge } from "@/components/state/alert-badge";
import { Badge } from "@/components/ui/badge";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import type { SilenceMatcher } from "@/lib/domain/alerting/silence";
import { metric } from "@/lib/domain/usage/metric";
import { isAppError } from "@/lib/errors";
import { type IncidentChartData, incidentChartData } from "@/lib/features/incidents/chart";
import { authorOf } from "@/lib/features/incidents/comments";
import { keyNow } from "@/lib/features/incidents/key-now";
import { getIncident, type IncidentDetailDto } from "@/lib/features/incidents/queries";
import { getRule } from "@/lib/features/rules/queries";
import { scopeNames } from "@/lib/features/rules/scope-options";
import { formatNumber } from "@/lib/format";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { SilenceMenu } from "../../silences/_components/silence-menu";
import { Acknowledge } from "../_components/acknowledge";
import { CommentForm, RemoveComment } from "../_components/comments";
import { Facts } from "../_components/facts";
import { IncidentChart } from "../_components/incident-chart";
import { KeyNowCard } from "../_components/key-now-card";

export const metadata: Metadata = { title: "Incident" };

const MEMBERS_SHOWN = 8;
const MEMBERS_NAMED = 100;

export default async function IncidentPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const { id } = await params;
  const incident = await found(getIncident(id));
  // It has become part of a shared one.
  if (incident.id !== id) redirect(`/incidents/${incident.id}`);
  const now = Date.now();
  const members = incident.members.slice(0, MEMBERS_NAMED);
  const [chart, key, names, ruleExists] = await Promise.all([
    incidentChartData(incident, now),
    keyNow(incident, now),
    scopeNames(members.map((key) => ({ each: "key", key }))),
    ruleIsThere(incident.rule),
  ]);
  const open = incident.state !== "resolved";
  const canWrite = hasRole(actor, "operator");
  const keyNames = Object.fromEntries(members.map((key, index) => [key, names[index]?.key ?? key]));
  const moments = momentsOf(incident.transitions, incident.deliveries);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["incident", "delivery"]} usage={open} />
      <PageHeader
        parent={{ label: "Incidents", href: "/incidents" }}
        title={
          <span className="line-clamp-2">
            {incident.rule_name}: {subjectWords(incident)}
          </span>
        }
        badge={
          <>
            <IncidentStateBadge state={incident.state} />
            {incident.flapping_since !== null && <Badge tone="throttled">Flapping</Badge>}
            {incident.snoozed_until !== null && <Badge tone="accent">Snoozed</Badge>}
          </>
        }
        description={<IncidentReading incident={incident} />}
        actions={
          <>
            <a
              href={`/api/v1/incidents/${incident.id}/postmortem`}
              download
              className={buttonClass()}
              title="A Markdown file with every time and the row that it comes from"
            >
              <FileDown aria-hidden />
              Post-mortem
            </a>
            {canWrite && open && <SilenceMenu matcher={matcherOf(incident)} what={subjectWords(incident)} />}
            {canWrite && open && <Acknowledge incident={incident} />}
          </>
        }
      />
      <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          {chart !== null && <Chart incident={incident} chart={chart} now={now} keyNames={keyNames} />}
          <Card
            padded={false}
            title="Who was told"
            hint="of each change, and why not"
            action={
              incident.deliveries.length > 0 && (
                <TextLink quiet href={`/deliveries?incident=${incident.id}`}>
                  All →
                </TextLink>
              )
            }
          >
            <ToldList moments={moments} keyNames={keyNames} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Card title="About">
            <Facts
              incident={incident}
              ruleExists={ruleExists}
              members={members
                .slice(0, MEMBERS_SHOWN)
                .map((key) => ({ id: key, name: keyNames[key] ?? key }))}
            />
          </Card>
          {key !== null && <KeyNowCard now={key} />}
          <Card title="Timeline" hint="the latest first">
            <div className="flex flex-col gap-4 pt-1">
              {canWrite && <CommentForm incident={incident.id} />}
              <Timeline
                entries={incident.timeline}
                metric={incident.metric}
                keyNames={keyNames}
                action={(entry) => {
                  if (!canWrite) return null;
                  if (entry.kind === "comment" && entry.author === authorOf(actor))
                    return <RemoveComment incident={incident.id} id={entry.id} />;
                  return (
                    ruleExists &&
                    toldNobody(entry) && (
                      <TextLink href={`/rules/${incident.rule}/edit`} className="text-xs">
                        Choose a channel
                      </TextLink>
                    )
                  );
                }}
              />
            </div>
          </Card>
        </div>
      </div>
      {canWrite && open && <div aria-hidden className="h-16 md:hidden" />}
    </>
  );
}

/** What silences the like of it: its rule, for what it is about. */
function matcherOf({ rule, key, scope_key, provider }: IncidentDetailDto): SilenceMatcher {
  if (key !== null) return { rule, key };
  if (scope_key.startsWith("pool:")) return { rule, pool: scope_key.slice("pool:".length) };
  const named = /^(keys|provider):/.test(scope_key) && provider !== null;
  return named ? { rule, provider } : { rule };
}

/** Rules can be deleted; their incidents stay. */
async function ruleIsThere(id: string): Promise<boolean> {
  try {
    await getRule(id);
    return true;
  } catch (error) {
    if (isAppError(error) && error.code === "not_found") return false;
    throw error;
  }
}

function Chart({
  incident,
  chart,
  now,
  keyNames,
}: {
  incident: IncidentDetailDto;
  chart: IncidentChartData;
  now: number;
  keyNames: Readonly<Record<string, string>>;
}) {
  const { label } = metric(incident.metric);
  const { span, series, keys, differs } = chart;
  const over = incident.window === null ? "" : "in the rule's window, ";
  const seen = differs ? "by stored use" : `${over}as the rule saw it`;
  const which = `the ${series.length} of ${formatNumber(keys)} keys that went furthest`;
  return (
    <Card title={label} hint={keys > series.length ? `${seen} · ${which}` : seen}>
      <IncidentChart
        name={incident.metric}
        operator={incident.operator}
        tiers={incident.definition.tiers}
        fired={incident.threshold}
        span={span}
        series={series.map(({ key, points }) => ({
          label: key === null ? label : (keyNames[key] ?? key),
          points,
        }))}
        startedAt={Date.parse(incident.started_at)}
        resolvedAt={incident.resolved_at === null ? null : Date.parse(incident.resolved_at)}
        now={now}
        title={`${label}, ${seen}`}
      />
      {differs && (
        <p className="pt-2 text-fg-2 text-xs">
          The line counts stored use against the limits set for the key. What a provider says remains is not
          kept: of that, only what fired is drawn.
        </p>
      )}
    </Card>
  );
}
