import { Fragment } from "react";
import { subjectWords } from "@/components/incidents/words";
import { SeverityBadge } from "@/components/state/alert-badge";
import { DescriptionList } from "@/components/ui/description-list";
import { Instant, RelativeTime } from "@/components/ui/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { IncidentDetailDto } from "@/lib/features/incidents/queries";
import { formatMs } from "@/lib/format";

/** What an incident is about, and how it went so far. */
export function Facts({
  incident,
  ruleExists,
  members,
}: {
  incident: IncidentDetailDto;
  ruleExists: boolean;
  /** The first of the keys that share it. */
  members: readonly Member[];
}) {
  const { started_at, resolved_at, acknowledged_at, acknowledged_by } = incident;
  const started = Date.parse(started_at);
  return (
    <DescriptionList
      items={[
        { term: "Severity", value: <SeverityBadge severity={incident.severity} /> },
        {
          term: "Watched",
          value: (
            <span className="line-clamp-3">
              <Subject incident={incident} />
            </span>
          ),
        },
        ...(members.length > 0
          ? [{ term: "Keys", value: <Members members={members} all={incident.members.length} /> }]
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
        ...(incident.snoozed_until === null
          ? []
          : [
              {
                term: "Snoozed",
                value: (
                  <>
                    until <Instant at={Date.parse(incident.snoozed_until)} />
                  </>
                ),
              },
            ]),
        ...(incident.flapping_since === null
          ? []
          : [
              {
                term: "Flapping",
                value: (
                  <>
                    since <Instant at={Date.parse(incident.flapping_since)} />
                    <span className="text-fg-3"> · told again once it has settled</span>
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
  const provider = /^(provider|keys):/.test(incident.scope_key) ? null : incident.provider;
  return (
    <>
      {incident.key === null || incident.subject === null ? (
        words
      ) : (
        <TextLink href={`/keys/${incident.key}`}>{words}</TextLink>
      )}
      {provider !== null && <span className="text-fg-3"> · {provider}</span>}
    </>
  );
}

type Member = { id: string; name: string };

function Members({ members, all }: { members: readonly Member[]; all: number }) {
  return (
    <>
      {members.map(({ id, name }, index) => (
        <Fragment key={id}>
          {index > 0 && " "}
          <span className="whitespace-nowrap">
            <TextLink href={`/keys/${id}`} className="inline-block max-w-44 truncate align-bottom">
              {name}
            </TextLink>
            {index < members.length - 1 && ","}
          </span>
        </Fragment>
      ))}
      {all > members.length && ` and ${all - members.length} more`}
    </>
  );
}
