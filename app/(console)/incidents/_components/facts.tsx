import { subjectWords } from "@/components/incidents/words";
import { SeverityBadge } from "@/components/state/alert-badge";
import { DescriptionList } from "@/components/ui/description-list";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { IncidentDetailDto } from "@/lib/features/incidents/queries";
import { formatMs } from "@/lib/format";

const MEMBERS_SHOWN = 8;

/** What an incident is about, and how it went so far. */
export function Facts({ incident, ruleExists }: { incident: IncidentDetailDto; ruleExists: boolean }) {
  const { started_at, resolved_at, acknowledged_at, acknowledged_by, members } = incident;
  const started = Date.parse(started_at);
  return (
    <DescriptionList
      items={[
        { term: "Severity", value: <SeverityBadge severity={incident.severity} /> },
        { term: "About", value: <Subject incident={incident} /> },
        ...(members.length > 0
          ? [{ term: `${members.length} keys`, value: <Members members={members} /> }]
          : []),
        {
          term: "Rule",
          value: ruleExists ? (
            <TextLink href={`/rules/${incident.rule}`}>{incident.rule_name}</TextLink>
          ) : (
            <>
              {incident.rule_name} <span className="text-fg-3">· deleted since</span>
            </>
          ),
        },
        {
          term: "Started",
          value: (
            <>
              <Instant at={started} /> <span className="text-fg-3">·</span>{" "}
              <RelativeTime at={started} className="text-fg-3" />
            </>
          ),
        },
        ...(acknowledged_at === null
          ? []
          : [
              {
                term: "Taken on",
                value: (
                  <>
                    Acknowledged by {acknowledged_by} <RelativeTime at={Date.parse(acknowledged_at)} />
                  </>
                ),
              },
            ]),
        ...(resolved_at === null
          ? []
          : [
              {
                term: "Resolved",
                value: (
                  <>
                    <Instant at={Date.parse(resolved_at)} />{" "}
                    <span className="text-fg-3">· after {formatMs(Date.parse(resolved_at) - started)}</span>
                  </>
                ),
              },
            ]),
      ]}
    />
  );
}

function Subject({ incident }: { incident: IncidentDetailDto }) {
  const words = subjectWords(incident);
  const provider = incident.scope_key.startsWith("provider:") ? null : incident.provider;
  return (
    <>
      {incident.key === null ? words : <TextLink href={`/keys/${incident.key}`}>{words}</TextLink>}
      {provider !== null && <span className="text-fg-3"> · {provider}</span>}
    </>
  );
}

function Members({ members }: { members: readonly string[] }) {
  const shown = members.slice(0, MEMBERS_SHOWN);
  return (
    <>
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <TextLink href={`/keys/${id}`} className="font-mono text-xs">
            {id}
          </TextLink>
        </span>
      ))}
      {members.length > shown.length && ` and ${members.length - shown.length} more`}
    </>
  );
}
