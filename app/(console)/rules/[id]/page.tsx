import { CircleCheck } from "lucide-react";
import type { Metadata } from "next";
import { IncidentTable } from "@/components/incidents/incident-table";
import { RefreshOnChange } from "@/components/live/refresh-on-change";
import { WarningList } from "@/components/rules/warning-list";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import { hasRole } from "@/lib/domain/access/actor";
import { describeRule } from "@/lib/domain/alerting/describe";
import { compileRule } from "@/lib/domain/alerting/rule";
import { listChannels } from "@/lib/features/channels/queries";
import { listIncidents } from "@/lib/features/incidents/queries";
import { getRule } from "@/lib/features/rules/queries";
import { scopeNames } from "@/lib/features/rules/scope-options";
import { currentActor, pageCursor } from "@/lib/http/actor";
import { found } from "@/lib/http/found";
import { SilenceMenu } from "../../silences/_components/silence-menu";
import { Definition } from "../_components/definition";
import { EnabledSwitch } from "../_components/enabled-switch";
import { InstanceTable } from "../_components/instance-table";
import { RuleActions } from "../_components/rule-actions";
import { RuleState } from "../_components/rule-state";
import { TestRule } from "../_components/test-rule";

export const metadata: Metadata = { title: "Rule" };

export default async function RulePage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await currentActor();
  const rule = await found(getRule((await params).id));
  const [[names = {}], channels, incidents] = await Promise.all([
    scopeNames([rule.scope]),
    listChannels({ limit: 500 }),
    listIncidents({ rule: rule.id, limit: 10 }),
  ]);
  const canWrite = hasRole(actor, "operator");
  const firing = (rule.states.firing ?? 0) + (rule.states.recovering ?? 0);
  return (
    <>
      <RefreshOnChange since={pageCursor()} entities={["rule", "instance", "incident"]} />
      <PageHeader
        parent={{ label: "Rules", href: "/rules" }}
        title={rule.name}
        badge={<RuleState rule={rule} />}
        description={<span className="foreign-text">{describeRule(compileRule(rule), names)}</span>}
        actions={
          canWrite && (
            <>
              <EnabledSwitch id={rule.id} name={rule.name} enabled={rule.enabled} labelled />
              <SilenceMenu matcher={{ rule: rule.id }} what={rule.name} />
              {rule.channels.length > 0 && <TestRule id={rule.id} name={rule.name} />}
              <RuleActions id={rule.id} name={rule.name} firing={firing} />
            </>
          )
        }
      />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          <WarningList warnings={rule.warnings} />
          <Card
            padded={false}
            title="Not ok now"
            hint={rule.instances.length > 0 ? String(rule.instances.length) : undefined}
          >
            {rule.instances.length === 0 ? (
              <EmptyState
                icon={<CircleCheck aria-hidden />}
                title={rule.enabled ? "All of it is ok" : "The rule is off"}
              >
                {rule.enabled
                  ? "What fires, is pending or cannot be evaluated stands here with its value."
                  : "Switched on again, it is evaluated from that moment on."}
              </EmptyState>
            ) : (
              <InstanceTable metric={rule.metric} instances={rule.instances} />
            )}
          </Card>
          <Card
            padded={false}
            title="Incidents"
            hint={incidents.data.length > 0 ? "the latest" : undefined}
            action={
              incidents.next_cursor !== null && (
                <TextLink quiet href={`/incidents?state=all&rule=${rule.id}`}>
                  All →
                </TextLink>
              )
            }
          >
            {incidents.data.length === 0 ? (
              <p className="px-4 pt-1 pb-4 text-fg-2">It has never fired.</p>
            ) : (
              <IncidentTable incidents={incidents.data} withRule={false} />
            )}
          </Card>
        </div>
        <Card title="Definition">
          <Definition rule={rule} names={names} channels={channels.data} />
          <p className="foreign-text mt-4 border-t pt-3 text-fg-3 text-xs">
            Made by {rule.created_by} <RelativeTime at={Date.parse(rule.created_at)} />
            {rule.version > 1 && (
              <>
                , changed <RelativeTime at={Date.parse(rule.updated_at)} />
              </>
            )}
          </p>
        </Card>
      </div>
    </>
  );
}
