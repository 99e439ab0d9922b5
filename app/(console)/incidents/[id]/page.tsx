import type { Metadata } from "next";
import { Timeline } from "@/components/incidents/timeline";
import { ToldList } from "@/components/incidents/told-list";
import { readingWords, subjectWords, thresholdWords } from "@/components/incidents/words";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { IncidentStateBadge } from "@/components/state/alert-badge";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { metric } from "@/lib/domain/usage/metric";
import { isAppError } from "@/lib/errors";
import { getIncident, type IncidentDetailDto } from "@/lib/features/incidents/queries";
import { getRule } from "@/lib/features/rules/queries";
import { scopeNames } from "@/lib/features/rules/scope-options";
import { formatMs } from "@/lib/format";
import { currentActor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { Acknowledge } from "../_components/acknowledge";
import { type IncidentChartData, incidentChartData } from "../_components/chart-data";
import { Facts } from "../_components/facts";
import { IncidentChart } from "../_components/incident-chart";

export const metadata: Metadata = { title: "Incident" };

const MEMBERS_NAMED = 8;

export default async function IncidentPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const incident = await found(getIncident((await params).id));
  const now = Date.now();
  const members = incident.members.slice(0, MEMBERS_NAMED);
  const [chart, names, ruleExists] = await Promise.all([
    incidentChartData(incident, now),
    scopeNames(members.map((key) => ({ each: "key", key }))),
    ruleIsThere(incident.rule),
  ]);
  const open = incident.state !== "resolved";
  return (
    <>
      <RefreshOnChange entities={["incident", "delivery"]} usage={open} />
      <PageHeader
        parent={{ label: "Incidents", href: "/incidents" }}
        title={`${incident.rule_name}: ${subjectWords(incident)}`}
        badge={<IncidentStateBadge state={incident.state} />}
        description={<Headline incident={incident} />}
        actions={hasRole(actor, "operator") && open && <Acknowledge incident={incident} />}
      />
      <div className="grid grid-cols-1 items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          {chart !== null && <Chart incident={incident} chart={chart} now={now} />}
          <Card
            padded={false}
            title="Deliveries"
            hint="who was told, and how it went"
            action={
              incident.deliveries.length > 0 && (
                <TextLink quiet href={`/deliveries?incident=${incident.id}`}>
                  All →
                </TextLink>
              )
            }
          >
            {incident.deliveries.length === 0 ? (
              <p className="px-4 pt-1 pb-4 text-fg-2">
                Nobody was told: the rule has no channel. Its channels can be chosen in the rule.
              </p>
            ) : (
              <ToldList deliveries={incident.deliveries} />
            )}
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Card title="About">
            <Facts
              incident={incident}
              ruleExists={ruleExists}
              members={members.map((id, index) => ({ id, name: names[index]?.key ?? id }))}
            />
          </Card>
          <Card title="Timeline" hint="the latest first">
            <div className="pt-1">
              <Timeline entries={incident.timeline} metric={incident.metric} />
            </div>
          </Card>
        </div>
      </div>
    </>
  );
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

function Headline({ incident }: { incident: IncidentDetailDto }) {
  const threshold = thresholdWords(incident);
  return (
    <>
      {metric(incident.metric).label}: <strong className="text-fg">{readingWords(incident)}</strong>
      {threshold !== null && <>, threshold {threshold}</>}
    </>
  );
}

function Chart({
  incident,
  chart,
  now,
}: {
  incident: IncidentDetailDto;
  chart: IncidentChartData;
  now: number;
}) {
  const { label } = metric(incident.metric);
  const { plan } = chart;
  const over = plan.rolled ? "in the rule's window, as the rule saw it" : `per ${formatMs(plan.stepMs)}`;
  return (
    <Card title={label} hint={over}>
      <IncidentChart
        name={incident.metric}
        operator={incident.operator}
        tiers={incident.definition.tiers}
        plan={plan}
        points={chart.points}
        startedAt={Date.parse(incident.started_at)}
        resolvedAt={incident.resolved_at === null ? null : Date.parse(incident.resolved_at)}
        now={now}
        title={`${label}, ${over}`}
      />
    </Card>
  );
}
